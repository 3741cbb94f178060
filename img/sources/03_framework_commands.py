"""The framework's commands, and what each of them touches."""

from drawing import Figure

figure = Figure(
    "03_framework_commands",
    height=470,
    title="Six commands, and what each touches",
    desc=(
        "Left serverless.yml, which every command reads. package compiles it into a template on "
        "your disk and touches no account. deploy hands the template to CloudFormation, which "
        "makes or changes the stack. info reads the stack's addresses. remove deletes the stack. "
        "invoke calls one function and logs reads what it wrote."
    ),
)
figure.room(24, 180, 168, 84, "serverless.yml", "one description")
COMMANDS = ("package", "deploy", "info", "remove", "invoke -f getGroups", "logs -f getGroups")
for number, command in enumerate(COMMANDS):
    y = 28 + number * 70
    figure.way((192, 222), (218, 222), (218, y + 22), (246, y + 22))
    figure.row(248, y, 220, f"osls {command}", h=44)
figure.room(720, 16, 216, 68, "template.json", "on your disk: no AWS yet")
figure.rect(700, 98, 244, 352, "neutral")
figure.room(720, 120, 216, 98, "Stack", "CloudFormation", colour="neutral")
figure.room(720, 300, 216, 60, "getGroups", "Lambda function", colour="compute")
figure.room(720, 370, 216, 60, "Log group", "CloudWatch Logs", colour="neutral")
figure.way((828, 218), (828, 298), late=True)
figure.text(842, 254, "makes", "step")
for y, at, says in (
    (50, 50, "compiles into"),
    (120, 140, "makes, changes"),
    (190, 170, "reads addresses"),
    (260, 200, "deletes, data too"),
    (330, 330, "calls"),
    (400, 400, "reads"),
):
    figure.way((468, y), (660, y), (660, at), (718, at))
    figure.text(484, y - 16, says, "step")
figure.write()
