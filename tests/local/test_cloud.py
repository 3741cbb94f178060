"""The handle of a laptop cloud, in a terminal with settings that are meant for something else."""

from __future__ import annotations

import os
from contextlib import closing

import httpx
import pytest
from botocore.exceptions import ClientError

from serverless_app.local.cloud import LocalCloud, no_proxy_for_loopback


def test_a_resource_is_of_this_cloud(cloud: LocalCloud) -> None:
    table = cloud.resource("dynamodb").Table("Groups-dev")
    table.put_item(Item={"groupId": "g-1"})
    with closing(cloud.client("dynamodb")) as client:
        assert client.scan(TableName="Groups-dev")["Items"] == [{"groupId": {"S": "g-1"}}]


def test_a_profile_of_your_own_is_never_looked_at(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    with closing(cloud.client("sts")) as client:
        assert client.get_caller_identity()["Account"] == "123456789012"


def test_other_keys_than_the_administrators_may_be_given(cloud: LocalCloud) -> None:
    keys = {"aws_access_key_id": "AKIASTRANGER", "aws_secret_access_key": "nobody's"}
    with closing(cloud.client("sts", **keys)) as client, pytest.raises(ClientError) as refused:
        client.get_caller_identity()
    assert "InvalidClientTokenId" in str(refused.value)


def test_a_proxy_for_the_way_out_is_none_for_the_cloud(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("no_proxy", "")
    no_proxy_for_loopback()  # as every handle of a cloud does
    assert os.environ["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"
    assert httpx.get(f"{cloud.api_url}/status").status_code == 200
    with closing(cloud.client("dynamodb")) as client:
        assert "Groups-dev" in client.list_tables()["TableNames"]
