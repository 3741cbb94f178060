"""The real `osls deploy` against a laptop cloud: what it makes answers, and goes again."""

from __future__ import annotations

import json
from contextlib import closing

import httpx
import pytest

from serverless_app.deployment import package
from serverless_app.deployment.compile_templates import find_osls
from serverless_app.deployment.deploy_local import LOOKS, osls_at
from serverless_app.local.cloud import LocalCloud

pytestmark = [
    pytest.mark.slow,
    pytest.mark.node,
    pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci"),
]
STACK = "udagram-local"


def api_url(cloud: LocalCloud) -> str:
    with closing(cloud.client("cloudformation")) as client:
        found = client.describe_stack_resource(
            StackName=STACK, LogicalResourceId="ApiGatewayRestApi"
        )["StackResourceDetail"]
    return f"{cloud.endpoint_url}/_aws/execute-api/{found['PhysicalResourceId']}/local"


def what_is_there(cloud: LocalCloud) -> set[str]:
    """What CloudFormation makes that costs or holds something, by name."""
    with (
        closing(cloud.client("s3")) as s3,
        closing(cloud.client("dynamodb")) as dynamodb,
        closing(cloud.client("lambda")) as functions,
        closing(cloud.client("kinesis")) as kinesis,
        closing(cloud.client("logs")) as logs,
        closing(cloud.client("opensearch")) as opensearch,
    ):
        pages = functions.get_paginator("list_functions").paginate()
        names = {
            *(each["Name"] for each in s3.list_buckets()["Buckets"]),
            *dynamodb.list_tables()["TableNames"],
            *(each["FunctionName"] for page in pages for each in page["Functions"]),
            *kinesis.list_streams()["StreamNames"],
            *(each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]),
            *(each["DomainName"] for each in opensearch.list_domain_names()["DomainNames"]),
        }
    return {name for name in names if "local" in name.split("-")}


def test_osls_deploys_shows_invokes_tells_the_logs_and_removes(cloud: LocalCloud) -> None:
    info, invoke, logs = LOOKS
    osls = osls_at(cloud)
    package.build()

    osls.run("deploy")
    assert {"Groups-local", "udagram-views-local", "udagram-local"} <= what_is_there(cloud)
    assert "getStatus: udagram-local-getStatus" in osls.ask(*info)
    status = json.loads(osls.ask(*invoke))
    assert (status["stage"], status["requestId"]) == ("local", "by-hand")
    assert "START" in osls.ask(*logs)
    # The zip's code, its role's permissions, its own table: in the Python that runs this test.
    answer = httpx.get(f"{api_url(cloud)}/groups", timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"items": []})

    osls.run("remove")
    assert what_is_there(cloud) == set()
