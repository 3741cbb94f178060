"""`make deploy` and `make remove`: what they say, whom they ask, and what they then do."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest

from serverless_app.deployment import deploy, page
from serverless_app.deployment.compile_templates import find_osls
from serverless_app.deployment.osls import Osls
from serverless_app.local.cloud import LocalCloud

DEV = ["--stage", "dev"]
TRIAL = ["--stage", "trial", "--yes", "--param", "accessLogs=on"]


@pytest.fixture
def account(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    """A terminal that is signed in to the laptop cloud."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.endpoint_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", cloud.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", cloud.secret_access_key)
    yield cloud
    cloud.reset(seed=False)


def answering(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Somebody types this when asked."""
    monkeypatch.setattr("builtins.input", lambda _: text)


def buckets(cloud: LocalCloud) -> dict[str, list[str]]:
    with closing(cloud.client("s3")) as s3:
        found = [each["Name"] for each in s3.list_buckets()["Buckets"]]
        return {name: list(page.names(s3, name)) for name in found}


def put(cloud: LocalCloud, bucket: str, name: str) -> None:
    with closing(cloud.client("s3")) as s3:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")


def test_deploy_says_what_and_where_before_it_asks(
    account: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, "no")

    assert deploy.main(["deploy", *DEV, "--param", "search=off"]) == 1

    said = capsys.readouterr()
    assert "the stack udagram-dev to account 123456789012 (arn:aws:" in said.out
    assert f"in us-east-1, at {account.endpoint_url}" in said.out
    assert "osls deploy --param search=off" in said.out
    assert said.err == "Nothing was done.\n"


@pytest.mark.parametrize("typed", ["", "n", "yes", "DEV"])
def test_remove_wants_the_stages_name_and_touches_nothing_without_it(
    account: LocalCloud,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    put(account, "udagram-images-dev-123456789012", "thumbnails/one.webp")
    before = buckets(account)
    answering(monkeypatch, typed)

    assert deploy.main(["remove", *DEV]) == 1

    said = capsys.readouterr()
    assert "1 objects in udagram-images-dev-123456789012," in said.out
    assert said.err == "Nothing was removed.\n"
    assert buckets(account) == before


@pytest.mark.parametrize(("typed", "agreed"), [("dev", True), (" dev ", True), ("prod", False)])
def test_a_plan_is_agreed_to_by_typing_what_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool
) -> None:
    answering(monkeypatch, typed)

    assert deploy.question("dev", yes=False)("This removes it.") is agreed


def test_what_a_failed_removal_took_already_is_not_missed(
    account: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(account.client("s3")) as s3:
        s3.delete_bucket(Bucket="udagram-images-dev-123456789012")
    answering(monkeypatch, "")

    assert deploy.main(["remove", *DEV]) == 1

    said = capsys.readouterr()
    assert "0 objects in udagram-web-dev-123456789012," in said.out
    assert "udagram-images-dev" not in said.out
    assert said.err == "Nothing was removed.\n"


def test_where_nobody_can_answer_nothing_is_removed(
    account: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert deploy.main(["remove", *DEV]) == 1
    assert capsys.readouterr().err == "Nothing was removed.\n"


def test_a_stage_that_is_not_there_is_not_asked_about(
    account: LocalCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    assert deploy.main(["remove", "--stage", "nowhere"]) == 1
    assert capsys.readouterr().err.startswith("There is no stack udagram-nowhere in account 1234")


@pytest.mark.parametrize("stage", ["Dev", "a_b", "1st", "a-name-of-21-characters", ""])
def test_a_stage_that_names_could_not_carry_is_refused(
    capsys: pytest.CaptureFixture[str], stage: str
) -> None:
    assert deploy.main(["deploy", "--stage", stage]) == 1
    assert "is no stage's name" in capsys.readouterr().err


def test_an_option_that_is_none_is_refused_before_aws_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert deploy.main(["deploy", *DEV, "--param", "search=of"]) == 1
    assert capsys.readouterr().err == "search is on or off, not 'of'.\n"


@pytest.mark.parametrize("command", ["deploy", "remove"])
def test_without_credentials_it_says_so_and_does_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    assert deploy.main([command, *DEV, "--yes"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Unable to locate credentials. Sign in (aws configure, ")
    assert "nothing was done" in said.err


def test_the_pages_address_is_the_last_word() -> None:
    assert deploy.addresses({"WebUrl": "https://d1.cloudfront.net"}) == "https://d1.cloudfront.net"


def test_a_domain_is_told_what_its_records_say() -> None:
    outputs = {
        "WebUrl": "https://a.example.com",
        "PageTarget": "d1.cloudfront.net",
        "ApiUrl": "https://api.a.example.com",
        "ApiTarget": "d-2.execute-api.us-east-1.amazonaws.com",
        "WebsocketUrl": "wss://live.a.example.com",
        "WebsocketTarget": "d-3.execute-api.us-east-1.amazonaws.com",
    }

    assert deploy.addresses(outputs).splitlines() == [
        "a.example.com is an alias of d1.cloudfront.net",
        "api.a.example.com is an alias of d-2.execute-api.us-east-1.amazonaws.com",
        "live.a.example.com is an alias of d-3.execute-api.us-east-1.amazonaws.com",
        "https://a.example.com",
    ]


def test_a_new_page_is_published_over_the_old_one(account: LocalCloud) -> None:
    target = deploy.Target(Osls(stage="dev"), boto3.Session(region_name="us-east-1"))

    deploy.publish(target, target.outputs())

    assert "index.html" in buckets(account)["udagram-web-dev-123456789012"]


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci")
def test_a_stage_is_deployed_with_its_page_and_removed_with_all_that_was_put_into_it(
    account: LocalCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    web, images = "udagram-web-trial-123456789012", "udagram-images-trial-123456789012"

    assert deploy.main(["deploy", *TRIAL]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("https://")
    assert "config.json" in buckets(account)[web]
    assert configuration(account, web)["userPoolClientId"]

    put(account, images, "thumbnails/one.webp")
    assert deploy.main(["remove", *TRIAL]) == 0
    said = capsys.readouterr().out
    assert "udagram-trial is gone." in said
    assert not {web, images} & buckets(account).keys()
    assert f"So does {logs_role(account)}:" in said


def logs_role(cloud: LocalCloud) -> str:
    """The role that API Gateway logs with, which is still there."""
    with closing(cloud.client("apigateway")) as gateway, closing(cloud.client("iam")) as iam:
        arn: str = gateway.get_account()["cloudwatchRoleArn"]
        found = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]["Arn"]
        assert found == arn
        return arn


def configuration(cloud: LocalCloud, bucket: str) -> Any:
    with closing(cloud.client("s3")) as s3:
        return json.load(s3.get_object(Bucket=bucket, Key="config.json")["Body"])
