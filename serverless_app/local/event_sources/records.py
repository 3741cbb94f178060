"""Records of streams and messages of queues, and the events that Lambda makes of them.

The shapes are those of the AWS Lambda Developer Guide: "Using AWS Lambda with Amazon DynamoDB",
"How Lambda processes records from Amazon Kinesis Data Streams", "Using Lambda with Amazon SQS".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a shard, or one message of a queue."""

    identifier: str  # what batchItemFailures names: a sequence number or a message id
    key: str  # what keeps its order: a partition key, an item's keys, a message group
    trace_key: str  # the name under which the control plane knows its trace
    arrived: float  # seconds since the epoch
    event: Mapping[str, Any]  # its entry in the event's Records
    filterable: Any  # what filter patterns look at
    size: int  # bytes of the entry as JSON
    receipt: str = ""  # the receipt handle of a message

    @property
    def arrived_at(self) -> datetime:
        """When the source took it in."""
        return datetime.fromtimestamp(self.arrived, UTC)


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard of a stream, as its service lists it."""

    shard_id: str
    parents: tuple[str, ...]
    closed: bool  # split, merged or disabled: it takes no more records


def dynamodb_record(record: Mapping[str, Any], stream_arn: str) -> Record:
    """A DynamoDB Streams record, as GetRecords gives it."""
    change = dict(record["dynamodb"])
    arrived = _seconds(change["ApproximateCreationDateTime"])
    change["ApproximateCreationDateTime"] = int(arrived)
    entry = {
        **{name: value for name, value in record.items() if name != "dynamodb"},
        "dynamodb": _plain(change),
        "eventSourceARN": stream_arn,
    }
    key = "/".join(str(v) for pair in entry["dynamodb"]["Keys"].values() for v in pair.values())
    return Record(
        change["SequenceNumber"], key, record["eventID"], arrived, entry, entry, _size(entry)
    )


def kinesis_record(
    record: Mapping[str, Any], stream_arn: str, shard_id: str, role_arn: str
) -> Record:
    """A Kinesis record, as GetRecords gives it. Its key for filters is `data`, decoded."""
    sequence, arrived = record["SequenceNumber"], _seconds(record["ApproximateArrivalTimestamp"])
    details = {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": sequence,
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": round(arrived, 3),
    }
    entry = {
        "kinesis": details,
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{sequence}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role_arn,
        "awsRegion": _region(stream_arn),
        "eventSourceARN": stream_arn,
    }
    filterable = {**details, "data": decoded(record["Data"])}
    return Record(
        sequence, record["PartitionKey"], sequence, arrived, entry, filterable, _size(entry)
    )


def sqs_record(message: Mapping[str, Any], queue_arn: str) -> Record:
    """An SQS message, as ReceiveMessage gives it. Its key for filters is `body`, decoded."""
    attributes = dict(message.get("Attributes", {}))
    entry = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": attributes,
        "messageAttributes": {
            name: _message_attribute(value)
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": _region(queue_arn),
    }
    if message.get("MD5OfMessageAttributes"):
        entry["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return Record(
        message["MessageId"],
        attributes.get("MessageGroupId", message["MessageId"]),
        message["MessageId"],
        int(attributes.get("SentTimestamp", 0)) / 1000,
        entry,
        {**entry, "body": decoded(message["Body"])},
        _size(entry),
        message["ReceiptHandle"],
    )


def queue_url(queue_arn: str) -> str:
    """A queue's address, from its ARN: a role that polls need not be allowed GetQueueUrl."""
    _, _, _, region, account, name = queue_arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{name}"


def decoded(content: bytes | str) -> Any:
    """JSON content as data, other content as text: patterns for an object then don't match it."""
    try:
        text = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _message_attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if "StringValue" in attribute:
        value["stringValue"] = attribute["StringValue"]
    if "BinaryValue" in attribute:
        value["binaryValue"] = base64.b64encode(attribute["BinaryValue"]).decode()
    return {
        **value,
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute["DataType"],
    }


def _plain(value: Any) -> Any:
    """JSON-ready: binary attribute values as base64, sets as lists."""
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    return value


def _seconds(moment: datetime | float) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _size(entry: Mapping[str, Any]) -> int:
    return len(json.dumps(entry, ensure_ascii=False).encode())
