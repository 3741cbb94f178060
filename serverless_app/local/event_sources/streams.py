"""Reading DynamoDB streams and Kinesis streams as their clients do, with the function's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from botocore.exceptions import ClientError

from serverless_app.local.event_sources.mapping import Mapping
from serverless_app.local.event_sources.records import (
    Record,
    Shard,
    dynamodb_record,
    kinesis_record,
)

# GetRecords gives at most 1,000 records of a DynamoDB stream, 10,000 of a Kinesis stream.
DYNAMODB_LIMIT = 1_000
KINESIS_LIMIT = 10_000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Position:
    """Where to begin in a shard: after a sequence number, or at a moment, or at its start."""

    kind: Literal["AFTER_SEQUENCE_NUMBER", "AT_TIMESTAMP", "LATEST", "TRIM_HORIZON"]
    sequence: str = ""
    moment: float = 0.0


class StreamReader(Protocol):
    """One stream, as a poller sees it. Every call goes to the service and blocks."""

    def retention(self) -> float:
        """Seconds for which the stream keeps a record."""

    def shards(self) -> list[Shard]:
        """The stream's shards, open and closed."""

    def iterator(self, shard_id: str, position: Position) -> str:
        """A shard iterator."""

    def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[Record], str]:
        """The next records, and the iterator after them."""


class DynamoDBStream:
    """A DynamoDB stream."""

    def __init__(self, mapping: Mapping, client: Callable[[], Any]) -> None:
        self._arn = mapping.source_arn
        self._client = client

    def retention(self) -> float:
        """ "All data in DynamoDB Streams is subject to a 24-hour lifetime"."""
        return DAY

    def shards(self) -> list[Shard]:
        """DescribeStream, page by page."""
        found: list[Shard] = []
        start: dict[str, str] = {}
        while True:
            page = self._client().describe_stream(StreamArn=self._arn, **start)["StreamDescription"]
            found += [_shard(each) for each in page["Shards"]]
            if "LastEvaluatedShardId" not in page:
                return found
            start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def iterator(self, shard_id: str, position: Position) -> str:
        """GetShardIterator. DynamoDB Streams knows no AT_TIMESTAMP: the reader skips instead."""
        kind = "TRIM_HORIZON" if position.kind == "AT_TIMESTAMP" else position.kind
        after = {"SequenceNumber": position.sequence} if position.sequence else {}
        answer = self._client().get_shard_iterator(
            StreamArn=self._arn, ShardId=shard_id, ShardIteratorType=kind, **after
        )
        return str(answer["ShardIterator"])

    def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[Record], str]:
        """GetRecords."""
        answer = self._client().get_records(
            ShardIterator=iterator, Limit=min(limit, DYNAMODB_LIMIT)
        )
        records = [dynamodb_record(each, self._arn) for each in answer["Records"]]
        return records, answer.get("NextShardIterator", "")


class KinesisStream:
    """A Kinesis data stream."""

    def __init__(
        self, mapping: Mapping, client: Callable[[], Any], role_arn: Callable[[], str]
    ) -> None:
        self._arn = mapping.source_arn
        self._client = client
        self._role_arn = role_arn

    def retention(self) -> float:
        """DescribeStreamSummary: 24 hours unless the stream says otherwise."""
        summary = self._client().describe_stream_summary(StreamARN=self._arn)
        return float(summary["StreamDescriptionSummary"]["RetentionPeriodHours"]) * 3_600

    def shards(self) -> list[Shard]:
        """ListShards, page by page."""
        found: list[Shard] = []
        query: dict[str, str] = {"StreamARN": self._arn}
        while True:
            page = self._client().list_shards(**query)
            found += [_shard(each) for each in page["Shards"]]
            if not page.get("NextToken"):
                return found
            query = {"NextToken": page["NextToken"]}

    def iterator(self, shard_id: str, position: Position) -> str:
        """GetShardIterator."""
        more: dict[str, Any] = {}
        if position.kind == "AFTER_SEQUENCE_NUMBER":
            more = {"StartingSequenceNumber": position.sequence}
        elif position.kind == "AT_TIMESTAMP":
            more = {"Timestamp": position.moment}
        answer = self._client().get_shard_iterator(
            StreamARN=self._arn, ShardId=shard_id, ShardIteratorType=position.kind, **more
        )
        return str(answer["ShardIterator"])

    def read(self, shard_id: str, iterator: str, limit: int) -> tuple[list[Record], str]:
        """GetRecords."""
        answer = self._client().get_records(
            StreamARN=self._arn, ShardIterator=iterator, Limit=min(limit, KINESIS_LIMIT)
        )
        records = [
            kinesis_record(each, self._arn, shard_id, self._role_arn())
            for each in answer["Records"]
        ]
        return records, answer.get("NextShardIterator") or ""


def is_outdated(error: ClientError) -> bool:
    """Whether an iterator is older than its 15 minutes, or its place older than the stream."""
    code = error.response["Error"]["Code"]
    return code in ("ExpiredIteratorException", "TrimmedDataAccessException")


def _shard(listed: dict[str, Any]) -> Shard:
    parents = (listed.get("ParentShardId"), listed.get("AdjacentParentShardId"))
    closed = "EndingSequenceNumber" in listed.get("SequenceNumberRange", {})
    return Shard(listed["ShardId"], tuple(p for p in parents if p), closed)
