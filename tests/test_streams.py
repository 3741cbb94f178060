"""streams.py: what records say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeDeserializer

from serverless_app.model import FailedRange
from serverless_app.streams import batch_item_failures, failed_range, plain

VALUES = [
    {"S": "cat"},
    {"N": "12.50"},
    {"BOOL": False},
    {"NULL": True},
    {"L": [{"S": "a"}, {"N": "1"}]},
    {"M": {"a": {"M": {}}, "b": {"L": []}}},
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_read_as_boto3_reads_it(value: dict[str, object]) -> None:
    assert plain(value) == TypeDeserializer().deserialize(value)


def test_numbers_keep_their_digits() -> None:
    assert plain({"N": "3.0"}) == Decimal("3.0")


def test_what_failed_is_named_as_lambda_wants_it() -> None:
    assert batch_item_failures(["1", "2"]) == {
        "batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]
    }


@pytest.mark.parametrize("kind", ["DDBStreamBatchInfo", "KinesisBatchInfo"])
@pytest.mark.parametrize("qualifier", ["", ":$LATEST"])
def test_a_failure_names_function_stream_shard_and_range(kind: str, qualifier: str) -> None:
    arn = (
        f"arn:aws:lambda:eu-central-1:123456789012:function:udagram-my-stage-indexImages{qualifier}"
    )
    info = {
        "shardId": "shardId-000000000001",
        "startSequenceNumber": "10",
        "endSequenceNumber": "20",
        "streamArn": "arn:aws:x",
    }

    assert failed_range(json.dumps({"requestContext": {"functionArn": arn}, kind: info})) == (
        FailedRange(
            function="indexImages",
            stream_arn="arn:aws:x",
            shard_id="shardId-000000000001",
            first="10",
            last="20",
        )
    )
