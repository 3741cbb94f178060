"""The same data as YAML and as JSON, line beside line."""

import json

import yaml
from drawing import Figure

LINES = (
    ("", "{"),
    ("table: Images", '  "table": "Images",'),
    ("# one place, then its order", ""),
    ("key:", '  "key": ['),
    ("  - groupId", '    "groupId",'),
    ("  - uploadedKey", '    "uploadedKey"'),
    ("", "  ],"),
    ("billing:", '  "billing": {'),
    ("  mode: on-demand", '    "mode": "on-demand",'),
    ('  since: "2026"', '    "since": "2026"'),
    ("", "  }"),
    ("", "}"),
)
written = "\n".join(left for left, _ in LINES)
meant = "\n".join(right for _, right in LINES)
assert yaml.safe_load(written) == json.loads(meant)
assert yaml.safe_load(meant) == json.loads(meant)  # the superset: JSON is YAML too

figure = Figure(
    "03_yaml_beside_json",
    height=402,
    title="The same data, as YAML and as JSON",
    desc=(
        "Left YAML, right JSON, the same lines at the same height. YAML needs no quotes around "
        "text, except where it looks like a number; it has comments, which JSON has not; a dash "
        "begins each point of a list, where JSON has brackets and commas; and indentation by "
        "spaces says what belongs to what, where JSON has braces."
    ),
)
figure.rect(24, 24, 300, 354, "neutral")
figure.text(44, 50, "YAML", "name")
figure.rect(636, 24, 300, 354, "neutral")
figure.text(656, 50, "JSON", "name")
for number, (left, right) in enumerate(LINES):
    y = 92 + number * 24
    for x, line in ((44, left), (656, right)):
        if line:
            figure.text(x, y, line.replace(" ", "\u00a0"), "code")
for number, line, says in (
    (1, 1, "text needs no quotes"),
    (2, 2, "comments: JSON has none"),
    (3, 4, "a dash for each point"),
    (4, 8, "spaces in place of braces"),
    (5, 9, "quoted, or it is a number"),
):
    figure.disc(368, 92 + line * 24, number)
    figure.text(390, 92 + line * 24, says)
figure.write()
