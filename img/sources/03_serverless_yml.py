"""The parts of serverless.yml, and what each of them becomes."""

from drawing import Figure

figure = Figure(
    "03_serverless_yml",
    height=524,
    title="What each part of serverless.yml becomes",
    desc=(
        "Left the file in its parts, right what each becomes. The service's name is part of all "
        "names. The provider's settings hold for every function. A function becomes a Lambda "
        "function and a log group. Its event becomes a route of the API and the permission to "
        "call the function. The resources are CloudFormation, and are copied as they stand. "
        "Plugins would change the tool itself; Udagram has none."
    ),
)
PARTS = (
    (
        24,
        ("service: udagram",),
        "udagram-dev",
        "the name of the stack, part of all names",
        "neutral",
    ),
    (
        90,
        ("provider:", "  runtime: python3.13", "  memorySize: 512"),
        "Every function",
        "its runtime, memory, timeout",
        "compute",
    ),
    (
        192,
        ("functions:", "  getGroups:", "    handler: …get_groups"),
        "Lambda function, log group",
        "one of each for each function",
        "compute",
    ),
    (
        294,
        ("    events:", "      - http:", "          {method: get, path: groups}"),
        "Route, permission",
        "API Gateway, and that it may call this function",
        "entrance",
    ),
    (
        404,
        ("resources:", "  - …/tables.yml"),
        "Tables, bucket, queues",
        "CloudFormation, copied as it stands",
        "database",
    ),
)
figure.rect(24, 16, 370, 492, "neutral")
for number, (y, lines, name, kind, colour) in enumerate(PARTS, start=1):
    height = 34 + 26 * (len(lines) - 1)
    middle = y + height // 2
    for place, line in enumerate(lines):
        figure.text(44, y + 22 + place * 26, line.replace(" ", "\u00a0"), "code")
    figure.way((394, middle + 4), (578, middle + 4))
    figure.disc(440, middle + 4, number)
    figure.room(580, middle - 26, 356, 60, name, kind, colour=colour)
figure.text(44, 488, "plugins: none here", "code")
figure.way((394, 488), (578, 488))
figure.disc(440, 488, 6)
figure.text(590, 488, "would change the tool itself")
figure.write()
