"""The figure of the complete system holds what the compiled template holds."""

from __future__ import annotations

import re
from pathlib import Path

from serverless_app.local.project import Project

FIGURE = (Path(__file__).parents[2] / "img" / "14_complete_system.svg").read_text("utf-8")
RESOURCES = Project().template["Resources"]


def names(resource_type: str, suffix: str) -> list[str]:
    return [
        re.sub(f"{suffix}$", "", key)
        for key, one in RESOURCES.items()
        if one["Type"] == resource_type
    ]


def test_every_function_is_in_the_figure() -> None:
    functions = names("AWS::Lambda::Function", "LambdaFunction")
    assert len(functions) == 22
    for name in functions:
        assert re.search(rf">{name[0].lower()}{name[1:]}( ←|<)", FIGURE), name


def test_every_table_and_every_queue_is_in_the_figure() -> None:
    for name in names("AWS::DynamoDB::Table", "Table"):
        assert f">{name}<" in FIGURE
    for name in names("AWS::SQS::Queue", "Queue"):
        assert name in FIGURE


def test_every_event_source_mapping_is_in_the_figure() -> None:
    for one in RESOURCES.values():
        if one["Type"] == "AWS::Lambda::EventSourceMapping":
            source = one["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
            function = one["Properties"]["FunctionName"]["Fn::GetAtt"][0]
            shown = re.sub("LambdaFunction$", "", function)
            wanted = (
                f"{shown[0].lower()}{shown[1:]} ← {re.sub('(Table|Stream|Queue)$', '', source)}"
            )
            assert wanted in FIGURE
