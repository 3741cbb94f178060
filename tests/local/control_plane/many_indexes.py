"""A table with an index of every sort, and values that its keys can have."""

from __future__ import annotations

import base64
from typing import Any

from tests.local.control_plane.dynamodb_requests import call

EVERYTHING = {"ProjectionType": "ALL"}
KEYS_ONLY = {"ProjectionType": "KEYS_ONLY"}
SOME = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["m"]}
INDEXES = {
    "g1": ("u", "n"),
    "g2": ("u", None),
    "g3": ("n", "u"),
    "g4": ("b", "b2"),
    "l1": ("h", "n"),
}
PROJECTIONS = {"g1": EVERYTHING, "g2": KEYS_ONLY, "g3": SOME, "g4": EVERYTHING, "l1": EVERYTHING}
KINDS = {"u": "S", "n": "N", "b": "B", "b2": "B"}
VALUES = {
    "S": ["a", "ab", "aé", "b", "a\U0010ffff", "\U0010ffff"],
    "N": ["-3", "0", "1", "1.0", "1.5", "10", "1E2"],
    "B": [base64.b64encode(one).decode() for one in (b"\0", b"a", b"ab", b"\xff", b"\xfb\xff")],
}


def key_schema(partition: str, sort: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": partition, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": sort, "KeyType": "RANGE"}] if sort else schema


def create(sort_kind: str | None) -> str:
    """A table whose sort key is of a kind, with an index of every sort: its name."""
    kinds = KINDS | {"h": "S"} | ({"r": sort_kind} if sort_kind else {})
    made: dict[str, list[dict[str, Any]]] = {"g": [], "l": []}
    for name, keys in INDEXES.items():
        index = {"KeySchema": key_schema(*keys), "Projection": PROJECTIONS[name]}
        made[name[0]].append({"IndexName": name, **index})
    local = {"LocalSecondaryIndexes": made["l"]} if sort_kind else {}
    name = f"collections-{sort_kind}"
    status, answer = call(
        "CreateTable",
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=key_schema("h", "r" if sort_kind else None),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
        ],
        GlobalSecondaryIndexes=made["g"],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        **local,
    )
    assert status == 200, answer
    return name
