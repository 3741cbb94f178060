"""Who is told of an upload: a bucket's rules, and the two kinds of destinations."""

from drawing import Figure

figure = Figure(
    "09_s3_events",
    height=400,
    title="An upload, a rule, and whoever is told",
    desc=(
        "A client puts an object into a bucket and has its answer. The bucket compares the key "
        "with the prefix and suffix of its rules. One rule sends an event to a function, by way "
        "of Lambda's own queue, with a dead-letter queue after three tries; another sends it to a "
        "topic, which passes it on to a queue and to a second function."
    ),
)
figure.room(24, 130, 120, 80, "Client", "PUT, then gone")
figure.way((146, 170), (214, 170))
figure.disc(180, 170, 1)
figure.rect(218, 40, 256, 260, "storage")
figure.text(346, 66, "Bucket", "name mid")
figure.text(346, 88, "its notification configuration", "kind mid")
figure.row(234, 112, 224, "images/   .png", chosen=True)
figure.row(234, 152, 224, "counted/")
figure.row(234, 192, 224, "kept/")
figure.row(234, 232, 224, "shared/", chosen=True)
figure.text(346, 282, "prefix and suffix of the key", "kind mid")

figure.way((476, 127), (556, 127), (556, 84), (606, 84), late=True)
figure.disc(556, 106, 2)
figure.room(610, 44, 150, 80, "process", "Lambda: 3 tries", colour="compute")
figure.way((762, 84), (790, 84), late=True)
figure.room(792, 44, 144, 80, "Dead letters", "if you name one", colour="messaging")

figure.way((476, 247), (606, 247), late=True)
figure.disc(542, 247, 3)
figure.room(610, 207, 120, 80, "Topic", "SNS", colour="messaging")
figure.way((732, 228), (770, 228), (770, 202), (802, 202), late=True)
figure.way((732, 266), (770, 266), (770, 308), (802, 308), late=True)
figure.room(806, 162, 130, 80, "Queue", "SQS", colour="messaging")
figure.room(806, 268, 130, 80, "index", "Lambda", colour="compute")
figure.text(
    24, 376, "solid: a call that waits for its answer · dashed: an event that comes later", "kind"
)
figure.write()
