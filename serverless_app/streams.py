"""Stream records: what a batch of DynamoDB or Kinesis records says, and which of them failed.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from serverless_app.errors import RecordsExpired
from serverless_app.model import ID_PATTERN, FailedRange, View
from serverless_app.system import timestamp

Record = Mapping[str, Any]

_PLAIN: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": Decimal,
    "BOOL": bool,
    "NULL": lambda _: None,
    "M": lambda pairs: {name: plain(value) for name, value in pairs.items()},
    "L": lambda values: [plain(value) for value in values],
}


_EXPIRED = ("TrimmedDataAccessException", "ResourceNotFoundException", "InvalidArgumentException")
_IDLE_READS = 10  # a read may find nothing although more is to come


def plain(attribute: Mapping[str, Any]) -> Any:
    """A value without its type: `{"N": "3"}` is `Decimal(3)`. Sets and binary are not ours."""
    ((kind, value),) = attribute.items()
    return _PLAIN[kind](value)


def plain_item(attributes: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A whole item, or None where a record has no such image of it."""
    return {name: plain(value) for name, value in attributes.items()} if attributes else None


def sequence_number(record: Record) -> str:
    """The record's place in its shard: what a consumer reports as failed."""
    if "dynamodb" in record:
        return str(record["dynamodb"]["SequenceNumber"])
    return str(record["kinesis"]["sequenceNumber"])


def written_at(record: Record) -> float:
    """When a table's record was written, in epoch seconds; DynamoDB keeps no fraction of one."""
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def views(records: Iterable[Record]) -> list[View]:
    """The views in Kinesis records, in order; what is no view of ours is left out.

    Anybody can put a record on a stream who may write to it, and one that can't be read would stop
    its shard: a view that means nothing is worth less than those behind it.
    """
    found = (_view(record) for record in records)
    return [view for view in found if view]


def _view(record: Record) -> View | None:
    kinesis = record["kinesis"]
    try:
        image_id = json.loads(base64.b64decode(kinesis["data"]))["imageId"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(image_id, str) or not ID_PATTERN.fullmatch(image_id):
        return None
    return View(
        image_id=image_id,
        arrived_at=timestamp(datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], UTC)),
        shard_id=record["eventID"].partition(":")[0],
        sequence_number=kinesis["sequenceNumber"],
    )


def batch_item_failures(identifiers: Iterable[str]) -> dict[str, Any]:
    """The answer that names what failed; Lambda tries again from the first of them on.

    https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
    """
    return {"batchItemFailures": [{"itemIdentifier": each} for each in identifiers]}


def failed_range(body: str) -> FailedRange:
    """What a message of the failure queue says. The function's name lacks service and stage."""
    message = json.loads(body)
    batch = message.get("DDBStreamBatchInfo") or message["KinesisBatchInfo"]
    function = message["requestContext"]["functionArn"].split(":")[6]
    return FailedRange(
        function=function.rpartition("-")[2],
        stream_arn=batch["streamArn"],
        shard_id=batch["shardId"],
        first=batch["startSequenceNumber"],
        last=batch["endSequenceNumber"],
    )


class FailedRecords:
    """Reads ranges again while their streams still have them (boto3 clients)."""

    def __init__(self, *, dynamodb_streams: Any, kinesis: Any) -> None:
        self._dynamodb_streams, self._kinesis = dynamodb_streams, kinesis

    def changes(self, failed: FailedRange) -> list[Record]:
        """The range of a DynamoDB stream, as Lambda would deliver it. Raises RecordsExpired."""
        start = {"StreamArn": failed.stream_arn, "SequenceNumber": failed.first}
        return _read(self._dynamodb_streams, failed, start, number=sequence_number)

    def views(self, failed: FailedRange) -> list[View]:
        """The range of the Kinesis stream. Raises RecordsExpired."""
        name = failed.stream_arn.rpartition("/")[2]
        start = {"StreamName": name, "StartingSequenceNumber": failed.first}
        records = _read(self._kinesis, failed, start, number=lambda each: each["SequenceNumber"])
        return views(_as_delivered(record, failed.shard_id) for record in records)


def _read(
    client: Any, failed: FailedRange, start: dict[str, str], *, number: Callable[[Record], str]
) -> list[Record]:
    first, last = int(failed.first), int(failed.last)
    found: list[Record] = []
    iterator, idle = _iterator(client, failed, start), 0
    while iterator and idle < _IDLE_READS and not (found and int(number(found[-1])) >= last):
        answer = client.get_records(ShardIterator=iterator)
        found += answer["Records"]
        idle = 0 if answer["Records"] else idle + 1
        iterator = answer.get("NextShardIterator")
    found = [record for record in found if first <= int(number(record)) <= last]
    if not found or int(number(found[0])) > first:
        raise RecordsExpired(failed.shard_id, failed.first, failed.last)
    return found


def _iterator(client: Any, failed: FailedRange, start: dict[str, str]) -> str | None:
    try:
        answer = client.get_shard_iterator(
            ShardId=failed.shard_id, ShardIteratorType="AT_SEQUENCE_NUMBER", **start
        )
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _EXPIRED:
            raise RecordsExpired(failed.shard_id, failed.first, failed.last) from error
        raise
    iterator: str = answer["ShardIterator"]
    return iterator


def _as_delivered(record: Record, shard_id: str) -> Record:
    """A record of GetRecords in the shape that Lambda gives it."""
    kinesis = {
        "data": base64.b64encode(record["Data"]).decode(),
        "sequenceNumber": record["SequenceNumber"],
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
    }
    return {"eventID": f"{shard_id}:{record['SequenceNumber']}", "kinesis": kinesis}
