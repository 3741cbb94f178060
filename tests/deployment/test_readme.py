"""What the deployment's README promises, held against what is deployed."""

from __future__ import annotations

import json
import re

import pytest

from serverless_app.deployment.compile_templates import COMPILED, VARIANTS
from serverless_app.deployment.options import CHOICES, PATTERNS
from tests.application import ROOT, of_type

HERE = ROOT / "serverless_app/deployment"
README = (HERE / "README.md").read_text("utf-8")
TEMPLATES = {name: json.loads((COMPILED / name).read_text("utf-8")) for name in VARIANTS}
FULL, WITHOUT = TEMPLATES["template.json"], TEMPLATES["template-search-off.json"]
HOURS = 730


def rows(after: str) -> list[list[str]]:
    """The cells of the first table after some words."""
    lines = README.partition(after)[2].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| "))
    table = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table[2:]


def test_the_options_table_has_every_option_and_its_values_the_default_first() -> None:
    table = {row[0].strip("`"): row[1] for row in rows("## Options")}

    assert list(table) == [*CHOICES, *PATTERNS]
    for name, values in CHOICES.items():
        assert re.findall(r"`([\w-]+)`", table[name]) == list(values)


@pytest.mark.parametrize("name", CHOICES)
def test_the_default_of_an_option_is_the_one_in_the_description(name: str) -> None:
    description = (ROOT / "serverless.yml").read_text("utf-8")

    assert re.search(rf'^    {name}: "?{CHOICES[name][0]}"?( #|$)', description, re.MULTILINE)


def test_the_idle_costs_are_those_of_what_is_deployed() -> None:
    alarms = [len(of_type("AWS::CloudWatch::Alarm", each)) for each in (FULL, WITHOUT)]
    domain = of_type("AWS::OpenSearchService::Domain", FULL)["SearchDomain"]
    stream = of_type("AWS::Kinesis::Stream", FULL)["ViewsStream"]
    search = 0.036 * HOURS + 0.122 * domain["EBSOptions"]["VolumeSize"]
    shards = 0.015 * HOURS * stream["ShardCount"]

    assert domain["ClusterConfig"] == {"InstanceType": "t3.small.search", "InstanceCount": 1}
    assert f"| {alarms[0]} alarms ({alarms[1]} without search) |" in README
    assert f"**{search + shards + 0.1 * alarms[0]:.2f}**" in README
    assert f", and {shards + 0.1 * alarms[1]:.2f} |" in README
    assert f"| on: {search + 0.1 * (alarms[0] - alarms[1]):.2f} |" in README


def test_provisioned_capacity_costs_what_its_units_do() -> None:
    tables = of_type("AWS::DynamoDB::Table", TEMPLATES["template-provisioned.json"]).values()
    units = [
        each["ProvisionedThroughput"]["ReadCapacityUnits"]
        for table in tables
        for each in (table, *table.get("GlobalSecondaryIndexes", []))
    ]

    assert f"| {sum(units) * HOURS * (0.00065 + 0.00013):.2f} where" in README


def test_every_file_of_the_deployment_is_in_the_readmes_table() -> None:
    named = " ".join(row[0] for row in rows("## What is where"))

    for path in HERE.iterdir():
        if path.name not in {"README.md", "__init__.py", "__pycache__"}:
            assert path.name in named, path.name


def test_every_target_that_the_readme_makes_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in re.findall(r"\bmake ([a-z-]+)(?=[` ]|$)", README):
        if target in README.partition("```")[2] or f"`make {target}" in README:
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
