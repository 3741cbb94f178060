"""One description, two readers: AWS's CloudFormation and the laptop cloud."""

from drawing import Figure

figure = Figure(
    "03_one_description",
    height=360,
    title="One description, two readers",
    desc=(
        "serverless.yml and the files of serverless_app/deployment are compiled by osls into "
        "template.json. CloudFormation on AWS, or the laptop cloud, reads that same "
        "template and makes the functions, the API, the tables, the bucket and the streams."
    ),
)
figure.room(24, 60, 200, 84, "serverless.yml", "functions, events")
figure.room(24, 204, 200, 84, "deployment/", "resources, roles, schemas")
figure.way((224, 102), (254, 102), (254, 160), (296, 160))
figure.way((224, 246), (254, 246), (254, 186), (296, 186))
figure.disc(254, 130, 1)
figure.room(298, 130, 150, 84, "osls package", "compiles")
figure.way((448, 172), (498, 172))
figure.disc(470, 172, 2)
figure.room(500, 130, 166, 84, "template.json", "CloudFormation")
figure.way((666, 152), (700, 152), (700, 84), (748, 84))
figure.way((666, 192), (700, 192), (700, 284), (748, 284))
figure.disc(700, 118, 3)
figure.disc(700, 238, 3)
figure.room(750, 42, 186, 84, "AWS", "make deploy")
figure.room(750, 242, 186, 84, "Laptop cloud", "make run")
figure.text(843, 172, "the same functions,", "step mid")
figure.text(843, 194, "tables, bucket, API", "step mid")
figure.write()
