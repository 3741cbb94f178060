"""The Groups table: its keys, its queries.

Key: `groupId`. Index `ByNewest`: `shelf` + `createdAt`. "All groups, newest first" needs them in
one partition, which takes 1,000 writes a second; a shelf (0 to 3, hashed from the id) spreads them
over four, and a page reads all four and merges them. The price: one page is four queries, which
read up to four times as many items as they give.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from serverless_app.model import Group, Page
from serverless_app.pages import decode_cursor, encode_cursor
from serverless_app.shards import SHELVES, shelf_of

_LIST = "groups"


class Groups:
    """The groups, in a table of DynamoDB (a boto3 Table)."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def put(self, group: Group) -> None:
        """Store a new group."""
        self._table.put_item(Item=to_item(group))

    def get(self, group_id: str) -> Group | None:
        """The group of this id; half a read unit."""
        item = self._table.get_item(Key={"groupId": group_id}).get("Item")
        return from_item(item) if item else None

    def newest(self, *, limit: int, next_key: str | None) -> Page[Group]:
        """A page of all groups, newest first.

        A group that is created while somebody turns the pages is newer than any page to come, so it
        neither appears there nor shifts anything. Raises InvalidCursor.
        """
        mark = _Mark.read(next_key)
        shelves = [self._shelf(shelf, mark, limit + 1) for shelf in range(SHELVES)]
        merged = heapq.merge(*shelves, key=_age, reverse=True)
        found = list(itertools.islice(merged, limit + 1))
        groups = [from_item(item) for item in found[:limit]]
        more = len(found) > limit
        return Page(items=groups, next_key=mark.after(found[:limit]).token() if more else None)

    def _shelf(self, shelf: int, mark: _Mark, page_size: int) -> Iterator[dict[str, Any]]:
        """One shelf's items from the mark on, newest first; the next page is read when needed."""
        from boto3.dynamodb.conditions import Key

        condition = Key("shelf").eq(shelf)
        query: dict[str, Any] = {
            "IndexName": "ByNewest",
            "ScanIndexForward": False,
            "Limit": page_size,
        }
        if mark.created_at:
            condition &= Key("createdAt").lte(mark.created_at)
        if shelf in mark.taken:
            query["ExclusiveStartKey"] = mark.start_key(shelf)
        while True:
            answer = self._table.query(KeyConditionExpression=condition, **query)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class _Mark:
    """Where the merged list stopped: at `created_at`, having taken up to `taken` from each shelf.

    Only shelves that gave a group of exactly that millisecond are in `taken`; the others go on with
    the first group that is no newer.
    """

    def __init__(
        self, created_at: str | None = None, taken: Mapping[int, str] | None = None
    ) -> None:
        self.created_at, self.taken = created_at, dict(taken or {})

    @classmethod
    def read(cls, token: str | None) -> _Mark:
        if token is None:
            return cls()
        position = decode_cursor(_LIST, token)
        return cls(position["createdAt"], {int(s): g for s, g in position["taken"].items()})

    def token(self) -> str:
        taken = {str(shelf): group_id for shelf, group_id in self.taken.items()}
        return encode_cursor(_LIST, {"createdAt": self.created_at, "taken": taken})

    def after(self, items: list[dict[str, Any]]) -> _Mark:
        """The mark once these items were given, too."""
        last = items[-1]["createdAt"]
        taken = self.taken if last == self.created_at else {}
        same = {int(i["shelf"]): i["groupId"] for i in items if i["createdAt"] == last}
        return _Mark(last, {**taken, **same})

    def start_key(self, shelf: int) -> dict[str, Any]:
        return {"shelf": shelf, "createdAt": self.created_at, "groupId": self.taken[shelf]}


def _age(item: Mapping[str, Any]) -> str:
    created_at: str = item["createdAt"]
    return created_at


def to_item(group: Group) -> dict[str, Any]:
    """The item that stores a group."""
    return {**group.as_json(), "shelf": shelf_of(group.group_id)}


def from_item(item: Mapping[str, Any]) -> Group:
    """The group that an item stores."""
    return Group(
        group_id=item["groupId"],
        name=item["name"],
        description=item["description"],
        created_at=item["createdAt"],
        owner=item["owner"],
    )
