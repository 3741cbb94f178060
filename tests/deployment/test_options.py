"""What `--param` changes beyond the committed templates: compiled by osls, then linted."""

from __future__ import annotations

import json
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest

from serverless_app.deployment.compile_templates import compile_template, find_osls
from tests.application import of_type

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci"),
]


@pytest.fixture(scope="module")
def provisioned() -> str:
    osls = find_osls()
    assert osls is not None
    return compile_template(osls, {"search": "off", "capacity": "provisioned"})


def test_provisioned_tables_and_indexes_stay_within_an_accounts_25_free_units(
    provisioned: str,
) -> None:
    tables = of_type("AWS::DynamoDB::Table", json.loads(provisioned)).values()
    everything: list[Any] = [*tables]
    for table in tables:
        everything += table.get("GlobalSecondaryIndexes", [])
    throughput = [each["ProvisionedThroughput"] for each in everything]

    assert {table["BillingMode"] for table in tables} == {"PROVISIONED"}
    assert len(throughput) == 8
    assert sum(each["ReadCapacityUnits"] for each in throughput) == 24
    assert sum(each["WriteCapacityUnits"] for each in throughput) == 24


def test_cfn_lint_finds_nothing_in_it(provisioned: str) -> None:
    """But W3005, as in the committed templates: a DependsOn that a reference implies."""
    config = cfnlint.config.ManualArgs(ignore_checks=["I", "W3005"], regions=["us-east-1"])

    assert cfnlint.api.lint(provisioned, config=config) == []
