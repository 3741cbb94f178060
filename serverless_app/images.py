"""The Images table: its keys, its queries, and which state may follow which.

Key: `groupId` + `uploadedKey` (`uploadedAt#imageId`), so that a group's images are one query, in
the order of time, and a month of them is a range of keys.
`ByImageId` finds an image by its id alone, a moment after it was written.
`ByTitle` sorts a group's images by their case-folded title; as an LSI it bounds a group to 10 GB,
some millions of images. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
`ByUnfinished` holds only what is PENDING or being deleted: the sweep reads what was left behind
without reading what is well. An item leaves it by losing its `unfinishedShelf`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serverless_app.model import Image, ImageKey, ImageState, Page
from serverless_app.pages import decode_cursor, encode_cursor
from serverless_app.shards import SHELVES, shelf_of

LONGEST_SORT_KEY = 1_024  # bytes, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
UNFINISHED = (ImageState.PENDING, ImageState.DELETING)
DELETABLE = (ImageState.PENDING, ImageState.READY, ImageState.REJECTED)
_BEFORE_EVERY_TIME, _AFTER_EVERY_TIME = " ", "~"  # sort so to each character of a timestamp
_BATCH = 100  # keys of one BatchGetItem


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which of a group's images, in which order. `since` and `until` are starts of timestamps."""

    order: str = "newest"
    since: str = ""
    until: str = ""
    prefix: str = ""

    def list_name(self, group_id: str) -> str:
        """What a cursor of this list is bound to."""
        return "\0".join(("images", group_id, self.order, self.since, self.until, self.prefix))


class Images:
    """The images, in a table of DynamoDB (a boto3 Table)."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def put(self, image: Image) -> None:
        """Store a new image."""
        self._table.put_item(Item=to_item(image))

    def get(self, key: ImageKey) -> Image | None:
        """The image as the last write left it: a strongly consistent read."""
        item = self._table.get_item(Key=_key(key), ConsistentRead=True).get("Item")
        return from_item(item) if item else None

    def find(self, image_id: str) -> Image | None:
        """The image of this id, found through an index, which is behind by a moment."""
        from boto3.dynamodb.conditions import Key

        query = Key("imageId").eq(image_id)
        items = self._table.query(IndexName="ByImageId", KeyConditionExpression=query)["Items"]
        return from_item(items[0]) if items else None

    def many(self, keys: Sequence[ImageKey]) -> list[Image]:
        """Those of these images that are there, in the order of the keys."""
        client, name = self._table.meta.client, self._table.name
        found: dict[ImageKey, Image] = {}
        for start in range(0, len(keys), _BATCH):
            wanted = {name: {"Keys": [_key(key) for key in keys[start : start + _BATCH]]}}
            while wanted:
                answer = client.batch_get_item(RequestItems=wanted)
                images = map(from_item, answer["Responses"].get(name, []))
                found.update((image.key, image) for image in images)
                wanted = answer["UnprocessedKeys"]
        return [found[key] for key in keys if key in found]

    def in_group(
        self, group_id: str, selection: Selection, *, limit: int, next_key: str | None
    ) -> Page[Image]:
        """A page of a group's images. Time and title are key conditions: nothing is read in vain.

        A cursor is the key of the last image given, so images that come or go elsewhere in the list
        neither repeat nor hide one. Raises InvalidCursor.
        """
        name = selection.list_name(group_id)
        query = _query_of(group_id, selection)
        if next_key is not None:
            query["ExclusiveStartKey"] = {"groupId": group_id, **decode_cursor(name, next_key)}
        items = self._up_to(limit + 1, query)  # one more than asked for says whether there is more
        token = None
        if len(items) > limit:
            token = encode_cursor(name, _position(items[limit - 1], selection.order))
        return Page(items=[from_item(item) for item in items[:limit]], next_key=token)

    def unfinished(self, *, before: str) -> Iterator[ImageKey]:
        """The keys of images, uploaded before then, that are PENDING or DELETING; oldest first."""
        from boto3.dynamodb.conditions import Key

        for shelf in range(SHELVES):
            condition = Key("unfinishedShelf").eq(shelf) & Key("uploadedKey").lt(before)
            query: dict[str, Any] = {
                "IndexName": "ByUnfinished",
                "KeyConditionExpression": condition,
            }
            for item in self._all(query):
                yield ImageKey(group_id=item["groupId"], uploaded_key=item["uploadedKey"])

    def mark_ready(self, key: ImageKey, *, width: int, height: int) -> Image | None:
        """PENDING → READY. None when the image is not PENDING (any more)."""
        return self._change(
            key, (ImageState.PENDING,), ImageState.READY, {"width": width, "height": height}
        )

    def mark_rejected(self, key: ImageKey, *, reason: str) -> Image | None:
        """PENDING → REJECTED. None when the image is not PENDING (any more)."""
        return self._change(key, (ImageState.PENDING,), ImageState.REJECTED, {"reason": reason})

    def mark_deleting(
        self, key: ImageKey, *, only: Sequence[ImageState] = DELETABLE
    ) -> Image | None:
        """One of these states → DELETING. None when the image is in no such state, or gone."""
        shelf = {"unfinishedShelf": shelf_of(key.image_id)}
        return self._change(key, only, ImageState.DELETING, shelf)

    def remove(self, key: ImageKey) -> None:
        """Remove the item of an image that is DELETING. Nothing happens when it is gone."""
        from boto3.dynamodb.conditions import Attr

        deleting = Attr("state").eq(ImageState.DELETING)
        try:
            self._table.delete_item(Key=_key(key), ConditionExpression=deleting)
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return  # gone, or never marked: then it is not ours to remove

    def _change(
        self,
        key: ImageKey,
        before: Sequence[ImageState],
        after: ImageState,
        more: Mapping[str, Any],
    ) -> Image | None:
        from boto3.dynamodb.conditions import Attr

        values = {"state": after, **more}
        sets = ", ".join(f"#{name} = :{name}" for name in values)
        leaves = "" if after in UNFINISHED else " REMOVE unfinishedShelf"
        try:
            answer = self._table.update_item(
                Key=_key(key),
                UpdateExpression=f"SET {sets}, #version = #version + :one{leaves}",
                ConditionExpression=Attr("state").is_in([str(state) for state in before]),
                ExpressionAttributeNames={f"#{name}": name for name in (*values, "version")},
                ExpressionAttributeValues={":one": 1, **{f":{n}": v for n, v in values.items()}},
                ReturnValues="ALL_NEW",
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException:
            return None
        return from_item(answer["Attributes"])

    def _up_to(self, limit: int, query: dict[str, Any]) -> list[dict[str, Any]]:
        """The first `limit` items, however many pages of 1 MB they fill."""
        items: list[dict[str, Any]] = []
        while len(items) < limit:
            answer = self._table.query(**query, Limit=limit - len(items))
            items += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            query = {**query, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
        return items

    def _all(self, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            answer = self._table.query(**query)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query = {**query, "ExclusiveStartKey": answer["LastEvaluatedKey"]}


def title_key(title: str) -> str:
    """What `ByTitle` sorts by: the title without its case, cut where a sort key must end."""
    folded = unicodedata.normalize("NFC", title).casefold().encode()
    return folded[:LONGEST_SORT_KEY].decode(errors="ignore")  # a character cut in two is left out


def to_item(image: Image) -> dict[str, Any]:
    """The item that stores an image."""
    item = image.as_json()
    del item["uploadedAt"]  # the first half of uploadedKey
    item |= {"uploadedKey": image.uploaded_key, "titleKey": title_key(image.title)}
    item["version"] = image.version
    if image.state in UNFINISHED:
        item["unfinishedShelf"] = shelf_of(image.image_id)
    return item


def from_item(item: Mapping[str, Any]) -> Image:
    """The image that an item stores; numbers may be Decimals, as boto3 reads them."""
    return Image(
        image_id=item["imageId"],
        group_id=item["groupId"],
        group_name=item["groupName"],
        title=item["title"],
        description=item.get("description"),
        content_type=item["contentType"],
        size=int(item["size"]),
        uploaded_at=item["uploadedKey"].partition("#")[0],
        owner=item["owner"],
        state=ImageState(item["state"]),
        width=int(item["width"]) if "width" in item else None,
        height=int(item["height"]) if "height" in item else None,
        reason=item.get("reason"),
        version=int(item["version"]),
    )


def _key(key: ImageKey) -> dict[str, str]:
    return {"groupId": key.group_id, "uploadedKey": key.uploaded_key}


def _query_of(group_id: str, selection: Selection) -> dict[str, Any]:
    from boto3.dynamodb.conditions import Key

    condition = Key("groupId").eq(group_id)
    if selection.prefix:
        condition &= Key("titleKey").begins_with(title_key(selection.prefix))
    if selection.since or selection.until:
        last = selection.until + _AFTER_EVERY_TIME
        condition &= Key("uploadedKey").between(selection.since or _BEFORE_EVERY_TIME, last)
    index = {"IndexName": "ByTitle"} if selection.order == "title" else {}
    newest_first = selection.order == "newest"
    return {"KeyConditionExpression": condition, "ScanIndexForward": not newest_first, **index}


def _position(item: Mapping[str, Any], order: str) -> dict[str, str]:
    names = ("uploadedKey", "titleKey") if order == "title" else ("uploadedKey",)
    return {name: item[name] for name in names}
