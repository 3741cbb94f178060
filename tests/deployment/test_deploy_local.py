"""The real `osls deploy` against a laptop cloud: what it makes answers, and goes again."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest

from serverless_app.deployment import package, transcript
from serverless_app.deployment.compile_templates import find_osls
from serverless_app.deployment.deploy_local import COMMANDS, osls_at, step
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


@dataclass(frozen=True)
class Run:
    """What one deployment made and said, and what was left after it was removed."""

    made: set[str]
    left: set[str]
    answer: httpx.Response
    told: tuple[str, ...]

    def printed(self, verb: str) -> str:
        found = transcript.steps("\n".join(self.told))
        return next(printed for typed, printed in found.items() if typed.startswith(f"osls {verb}"))


@pytest.fixture(scope="module")
def run(started_cloud: LocalCloud) -> Run:
    """Every command of `make deploy-local`, once, with a look at the cloud before the last."""
    started_cloud.reset(seed=False)
    osls = osls_at(started_cloud)
    package.build()
    told = [step(osls, *arguments) for arguments in COMMANDS[:-1]]
    made = what_is_there(started_cloud)
    answer = httpx.get(f"{api_url(started_cloud)}/groups", timeout=60)
    told.append(step(osls, *COMMANDS[-1]))
    return Run(made, what_is_there(started_cloud), answer, tuple(told))


def test_osls_deploys_to_a_laptop_cloud(run: Run) -> None:
    assert {"Groups-local", "udagram-views-local", "udagram-local"} <= run.made
    assert "getStatus: udagram-local-getStatus" in run.printed("info")


def test_what_was_deployed_answers(run: Run) -> None:
    status = json.loads(run.printed("invoke"))
    assert (status["stage"], status["requestId"]) == ("local", "by-hand")
    assert "START" in run.printed("logs")
    # The zip's code, its role's permissions, its own table: in the Python that runs this test.
    assert (run.answer.status_code, run.answer.json()) == (200, {"items": []})


def test_osls_removes_all_that_it_made(run: Run) -> None:
    assert run.left == set()


def test_the_transcript_that_lessons_show_is_what_such_a_run_prints(run: Run) -> None:
    assert "\n".join(run.told) == transcript.FILE.read_text("utf-8")
