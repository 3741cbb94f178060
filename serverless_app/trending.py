"""The Trending table, and the views stream that fills it: exactly once in effect.

A view is an item `hour` + `imageId` whose `views` grows; `ByViews` sorts an hour by it. Kinesis
delivers every record at least once: after a failure, a timeout or a redrive it comes again. So each
transaction that counts also writes down which range of which shard it counted:

- `#ranges#{shard}` + first sequence number: the range, kept longer than the stream keeps records. A
  record inside a range has been counted, whoever brings it and in whatever batch.
- `#shards` + shard: the last sequence number, and a revision that lets only one of two transactions
  win that began from the same state.

A transaction takes 100 items; these two leave 98 for images.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serverless_app.model import ImageKey, View

MOST_IMAGES = 98
KEPT = 2 * 24 * 60 * 60  # seconds; the stream keeps records for one day
_LONGEST_NUMBER = 64  # digits, so that sequence numbers sort as text


@dataclass(frozen=True, kw_only=True)
class Range:
    """Sequence numbers of one shard, both ends included."""

    first: int
    last: int

    def holds(self, view: View) -> bool:
        """Whether this range has the view's record."""
        return self.first <= int(view.sequence_number) <= self.last


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How far a shard has been counted. `revision` changes with every transaction."""

    shard_id: str
    last: int
    revision: int


class Trending:
    """Views by hour, in a table of DynamoDB (a boto3 Table)."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def most_viewed(self, hour: str) -> Iterator[tuple[ImageKey, int]]:
        """An hour's images with their views, the most viewed first."""
        from boto3.dynamodb.conditions import Key

        query = {"IndexName": "ByViews", "KeyConditionExpression": Key("hour").eq(hour)}
        for item in self._query(**query, ScanIndexForward=False, Limit=25):
            key = ImageKey(group_id=item["groupId"], uploaded_key=item["uploadedKey"])
            yield key, int(item["views"])

    def checkpoint(self, shard_id: str) -> Checkpoint:
        """How far this shard has been counted; revision 0 if it never was."""
        key = {"hour": "#shards", "imageId": shard_id}
        item = self._table.get_item(Key=key, ConsistentRead=True).get("Item", {})
        last, revision = int(item.get("sequenceNumber", 0)), int(item.get("revision", 0))
        return Checkpoint(shard_id=shard_id, last=last, revision=revision)

    def counted(self, shard_id: str, span: Range) -> list[Range]:
        """The ranges already counted that reach into `span`. Ranges never overlap."""
        from boto3.dynamodb.conditions import Key

        condition = Key("hour").eq(f"#ranges#{shard_id}") & Key("imageId").lte(_digits(span.last))
        found: list[Range] = []
        for item in self._query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=10, ConsistentRead=True
        ):
            one = Range(first=int(item["imageId"]), last=int(item["last"]))
            if one.last < span.first:
                break
            found.append(one)
        return found

    def count(
        self, views: Sequence[View], keys: Mapping[str, ImageKey], since: Checkpoint, *, now: int
    ) -> Checkpoint | None:
        """Count these views of one shard, and that they were counted, in one transaction.

        Views of images that are not among the keys are not counted. None, and nothing is written,
        when somebody else counted views of this shard since that checkpoint.
        """
        span = span_of(views)
        then = Checkpoint(
            shard_id=since.shard_id, last=max(span.last, since.last), revision=since.revision + 1
        )
        counts = Counter((view.hour, view.image_id) for view in views if view.image_id in keys)
        writes = [self._advance(since, then, now), self._note(since.shard_id, span, now)]
        writes += [self._add(*which, keys[which[1]], n, now) for which, n in counts.items()]
        client = self._table.meta.client
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as error:
            codes = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if codes & {"ConditionalCheckFailed", "TransactionConflict"}:
                return None
            raise
        return then

    def _advance(self, since: Checkpoint, then: Checkpoint, now: int) -> dict[str, Any]:
        values = {":then": then.revision, ":last": _digits(then.last), ":expires": now + KEPT}
        condition = "attribute_not_exists(revision)"
        if since.revision:
            condition, values[":since"] = "revision = :since", since.revision
        return self._update(
            {"hour": "#shards", "imageId": since.shard_id},
            UpdateExpression="SET revision = :then, sequenceNumber = :last, expiresAt = :expires",
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
        )

    def _note(self, shard_id: str, span: Range, now: int) -> dict[str, Any]:
        item = {"hour": f"#ranges#{shard_id}", "imageId": _digits(span.first)}
        item_and_end = {**item, "last": _digits(span.last), "expiresAt": now + KEPT}
        return {"Put": {"TableName": self._table.name, "Item": item_and_end}}

    def _add(self, hour: str, image_id: str, key: ImageKey, views: int, now: int) -> dict[str, Any]:
        return self._update(
            {"hour": hour, "imageId": image_id},
            UpdateExpression="ADD #views :views SET groupId = :g, uploadedKey = :u, expiresAt = :e",
            ExpressionAttributeNames={"#views": "views"},
            ExpressionAttributeValues={
                ":views": views,
                ":g": key.group_id,
                ":u": key.uploaded_key,
                ":e": now + KEPT,
            },
        )

    def _update(self, key: dict[str, str], **update: Any) -> dict[str, Any]:
        return {"Update": {"TableName": self._table.name, "Key": key, **update}}

    def _query(self, **query: Any) -> Iterator[dict[str, Any]]:
        while True:
            answer = self._table.query(**query)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class ViewsStream:
    """The Kinesis stream that views go through (a boto3 client)."""

    def __init__(self, kinesis: Any, name: str) -> None:
        self._kinesis, self._name = kinesis, name

    def put(self, image_id: str) -> None:
        """Record a view. One image's views share a partition key, so they stay in order."""
        data = json.dumps({"imageId": image_id}).encode()
        self._kinesis.put_record(StreamName=self._name, Data=data, PartitionKey=image_id)


def span_of(views: Sequence[View]) -> Range:
    """From the first to the last of these views."""
    numbers = [int(view.sequence_number) for view in views]
    return Range(first=min(numbers), last=max(numbers))


def uncounted_runs(views: Sequence[View], counted: Iterable[Range]) -> Iterator[list[View]]:
    """Views in none of the ranges, in runs that reach over no counted range.

    So the range of a run never overlaps another. A run has 98 images (in an hour) at most.
    """
    ranges, run, images = list(counted), list[View](), set[tuple[str, str]]()
    for view in sorted(views, key=lambda view: int(view.sequence_number)):
        known = any(each.holds(view) for each in ranges)
        full = len(images | {(view.hour, view.image_id)}) > MOST_IMAGES
        if run and (known or full):
            yield run
            run, images = [], set()
        if not known:
            run.append(view)
            images.add((view.hour, view.image_id))
    if run:
        yield run


def _digits(number: int) -> str:
    return str(number).zfill(_LONGEST_NUMBER)
