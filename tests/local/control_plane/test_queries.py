"""What a Query reads, and how little of its table it looks at."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from serverless_app.local.control_plane import patches
from tests.local.control_plane.dynamodb_requests import backend, both, call
from tests.local.control_plane.many_indexes import create, key_schema

patches.install()
PARTITION: dict[str, Any] = {
    "KeyConditionExpression": "h = :p",
    "ExpressionAttributeValues": {":p": {"S": "p"}},
}
LOCAL: dict[str, Any] = {**PARTITION, "IndexName": "l1"}
OWNED: dict[str, Any] = {
    "IndexName": "g1",
    "KeyConditionExpression": "u = :u",
    "ExpressionAttributeValues": {":u": {"S": "ada"}},
}
RANGE: dict[str, Any] = {
    "KeyConditionExpression": "h = :p AND r BETWEEN :a AND :b",
    "ExpressionAttributeValues": {
        ":p": {"S": "p"}, ":a": {"S": "0010"}, ":b": {"S": "0014"},
    },
}  # fmt: skip
PREFIX: dict[str, Any] = {
    "KeyConditionExpression": "h = :p AND begins_with(r, :a)",
    "ExpressionAttributeValues": {":p": {"S": "p"}, ":a": {"S": "001"}},
}
BACKWARDS = {"ScanIndexForward": False}
AFTER = {"ExclusiveStartKey": {"h": {"S": "p"}, "r": {"S": "0010"}}}
AFTER_LOCAL = {"ExclusiveStartKey": AFTER["ExclusiveStartKey"] | {"n": {"N": "10"}}}


@pytest.fixture
def table() -> Iterator[str]:
    backend().tables.clear()
    yield create("S")
    backend().tables.clear()


def put(table: str, number: int, **more: Any) -> None:
    item = {"h": {"S": "p"}, "r": {"S": f"{number:04}"}, "n": {"N": str(number)}}
    status, answer = call("PutItem", TableName=table, Item=item | {"u": {"S": "ada"}} | more)
    assert status == 200, answer


def sort_keys(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200, answer
    return [item["r"]["S"] for item in answer[1]["Items"]]


def looked_at(table: str, query: dict[str, Any]) -> int:
    """How many values a Query looks at, whatever the clock says."""
    from moto.dynamodb.models.dynamo_type import DynamoType

    counted = [0]
    stock = DynamoType.cast_value.fget

    def cast_value(self: Any) -> Any:
        counted[0] += 1
        return stock(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DynamoType, "cast_value", property(cast_value))
        status, answer = call("Query", TableName=table, **query)
    assert status == 200, answer
    return counted[0]


@pytest.mark.parametrize(
    "query",
    [
        PARTITION | {"Limit": 5},
        PARTITION | BACKWARDS | {"Limit": 5},
        PARTITION | AFTER | {"Limit": 5},
        LOCAL | {"Limit": 5},
        LOCAL | AFTER_LOCAL | BACKWARDS | {"Limit": 5},
        OWNED | {"Limit": 5, "FilterExpression": "attribute_exists(m)"},
        RANGE,
        RANGE | BACKWARDS,
        PREFIX | {"Select": "COUNT"},
    ],
)
def test_a_query_looks_at_its_page_however_many_items_its_collection_has(
    table: str, query: dict[str, Any]
) -> None:
    call("Query", TableName=table, **query)  # the first one sorts what is there
    for number in range(30):
        put(table, number)
    few = looked_at(table, query)
    for number in range(30, 400):
        put(table, number)
    assert looked_at(table, query) == few


def test_a_refused_transaction_leaves_the_collections_as_they_are(table: str) -> None:
    for number in range(100):
        put(table, number)
    query = PARTITION | {"Limit": 5}
    looked_at(table, query)
    before = looked_at(table, query)
    missing = {
        "TableName": table,
        "Key": {"h": {"S": "p"}, "r": {"S": "none"}},
        "ConditionExpression": "attribute_exists(h)",
    }
    status, _ = call("TransactWriteItems", TransactItems=[{"ConditionCheck": missing}])
    assert status == 400
    assert looked_at(table, query) == before


def test_items_with_the_same_index_keys_come_in_the_order_of_the_tables_keys(table: str) -> None:
    for number in (3, 1, 2):
        put(table, number, n={"N": "7"})
    assert sort_keys(call("Query", TableName=table, **OWNED)) == ["0001", "0002", "0003"]


def test_an_index_without_a_sort_key_is_in_the_order_of_the_tables_sort_key(table: str) -> None:
    for number in (2, 3, 4):
        put(table, number)
    put(table, 1, h={"S": "q"})
    first = OWNED | {"IndexName": "g2", "Limit": 1}
    ours, stocks = both("Query", TableName=table, **first)
    assert ours == stocks
    assert sort_keys(ours) == ["0001"]


def test_an_index_that_is_made_anew_has_its_new_keys(table: str) -> None:
    put(table, 1, m={"S": "z"})
    put(table, 2)
    put(table, 3, m={"S": "a"})
    call("Query", TableName=table, **OWNED)
    new = {
        "IndexName": "g1",
        "KeySchema": key_schema("u", "m"),
        "Projection": {"ProjectionType": "ALL"},
    }
    for update in ({"Delete": {"IndexName": "g1"}}, {"Create": new}):
        kinds = {"u": "S", "m": "S"}
        call(
            "UpdateTable",
            TableName=table,
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
            ],
            GlobalSecondaryIndexUpdates=[update],
        )
    assert sort_keys(call("Query", TableName=table, **OWNED, Limit=1)) == ["0003"]


@pytest.mark.parametrize(
    ("start", "forward", "found"),
    [
        ("0020", False, ["0014", "0013"]),
        ("0005", False, []),
        ("0005", True, ["0010", "0011"]),
        ("0020", True, []),
    ],
)
def test_a_start_outside_the_key_range_does_not_widen_it(
    table: str, start: str, forward: bool, found: list[str]
) -> None:
    for number in range(25):
        put(table, number)
    key = {"h": {"S": "p"}, "r": {"S": start}}
    query = RANGE | {"ExclusiveStartKey": key, "Limit": 2, "ScanIndexForward": forward}
    ours, stocks = both("Query", TableName=table, **query)
    assert ours == stocks
    assert sort_keys(ours) == found


def test_a_query_filter_is_answered_as_moto_answers_it(table: str) -> None:
    for number in range(9):
        put(table, number, m={"S": "even" if number % 2 == 0 else "odd"})
    conditions = {
        name: {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": value}]}
        for name, value in {"h": "p", "m": "odd"}.items()
    }
    ours, stocks = both("Query", TableName=table, KeyConditions=conditions, Limit=3)
    assert ours == stocks
    assert sort_keys(ours) == ["0001", "0003", "0005"]


def test_a_query_looks_no_further_than_a_megabyte(table: str) -> None:
    call("Query", TableName=table, **PARTITION)
    for number in range(5):
        put(table, number, m={"S": "x" * 300_000})
    few = looked_at(table, PARTITION)
    for number in range(5, 15):
        put(table, number, m={"S": "x" * 300_000})
    assert looked_at(table, PARTITION) == few


def test_a_snapshot_leaves_the_collections_out(table: str) -> None:
    put(table, 1)
    call("Query", TableName=table, **OWNED)
    snapshot = pickle.dumps(backend().tables[table])
    assert b"sortedcontainers" not in snapshot
    backend().tables[table] = pickle.loads(snapshot)
    assert sort_keys(call("Query", TableName=table, **OWNED)) == ["0001"]


@pytest.mark.parametrize("index", [{}, {"IndexName": "l1"}])
@pytest.mark.parametrize("forward", [True, False])
def test_a_page_ends_before_a_megabyte_as_it_does_in_moto(
    table: str, index: dict[str, str], forward: bool
) -> None:
    for number in range(7):
        put(table, number, m={"S": "x" * 300_000})
    query = PARTITION | index | {"ScanIndexForward": forward}
    pages = []
    while True:
        ours, stocks = both("Query", TableName=table, **query)
        assert ours == stocks
        pages.append(ours[1]["Count"])
        if "LastEvaluatedKey" not in ours[1]:
            break
        query = query | {"ExclusiveStartKey": ours[1]["LastEvaluatedKey"]}
    assert pages == [3, 3, 1]


def test_after_the_last_item_of_its_key_range_a_query_has_no_last_evaluated_key(table: str) -> None:
    """As on AWS: moto would go on until an item beyond the range does not fit."""
    for number in range(10, 16):
        put(table, number, m={"S": "x" * (190_000 if number < 15 else 300_000)})
    status, answer = call("Query", TableName=table, **RANGE)
    assert (status, answer["Count"], answer.get("LastEvaluatedKey")) == (200, 5, None)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("partition", ["o", "q"])
def test_a_start_in_another_collection_is_answered_as_moto_answers_it(
    table: str, partition: str, forward: bool
) -> None:
    for number in range(5):
        put(table, number)
    start = {"ExclusiveStartKey": {"h": {"S": partition}, "r": {"S": "0002"}}}
    ours, stocks = both("Query", TableName=table, **PARTITION, **start, ScanIndexForward=forward)
    assert ours == stocks
    assert ours[1]["Count"] == (5 if (partition == "o") == forward else 0)


def test_an_item_whose_index_key_is_of_another_type_is_answered_as_moto_answers_it(
    table: str,
) -> None:
    """AWS refuses such a write; moto takes it, and cannot sort the index from then on."""
    put(table, 1)
    call("Query", TableName=table, **OWNED)
    put(table, 2, n={"S": "two"})
    ours, stocks = both("Query", TableName=table, **OWNED)
    assert ours == stocks == (500, "TypeError")
    for number in range(2, 40):
        put(table, number)
    assert sort_keys(call("Query", TableName=table, **OWNED, Limit=2)) == ["0001", "0002"]
    assert looked_at(table, OWNED | {"Limit": 2}) < 80  # mended, it walks its page again


def test_an_index_that_is_made_later_holds_what_was_there(table: str) -> None:
    put(table, 1, m={"S": "x"})
    index = {
        "IndexName": "later",
        "KeySchema": key_schema("m", "n"),
        "Projection": {"ProjectionType": "ALL"},
    }
    attributes = [{"AttributeName": "m", "AttributeType": "S"}]
    attributes.append({"AttributeName": "n", "AttributeType": "N"})
    later = {
        "IndexName": "later",
        "KeyConditionExpression": "m = :m",
        "ExpressionAttributeValues": {":m": {"S": "x"}},
    }
    call("Query", TableName=table, **PARTITION)
    call(
        "UpdateTable",
        TableName=table,
        AttributeDefinitions=attributes,
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )
    ours, stocks = both("Query", TableName=table, **later)
    assert ours == stocks
    assert sort_keys(ours) == ["0001"]
    for number in range(2, 40):
        put(table, number)
    query = PARTITION | {"Limit": 1}
    call("Query", TableName=table, **query)
    assert looked_at(table, query) < 40  # h and r are keys all the same


def test_a_write_that_names_its_table_by_arn_is_seen_by_its_indexes(table: str) -> None:
    put(table, 1)
    call("Query", TableName=table, **OWNED)
    status, answer = call(
        "UpdateItem",
        TableName=backend().tables[table].table_arn,
        Key={"h": {"S": "p"}, "r": {"S": "0001"}},
        UpdateExpression="REMOVE u",
    )
    assert status == 200, answer
    assert sort_keys(call("Query", TableName=table, **OWNED)) == []
