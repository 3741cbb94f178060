"""A Query that walks its page answers what moto answers by sorting everything."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from serverless_app.local.control_plane import patches
from tests.local.control_plane.dynamodb_requests import backend, both, call, stock
from tests.local.control_plane.histories import EVERY_LIST, Query, Step, grids, sequences
from tests.local.control_plane.many_indexes import VALUES, create

patches.install()

WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


def take(table: str, step: Step) -> None:
    """Make a step; a Query is answered page after page, by both."""
    kind, body = step
    if kind == "write":
        operation, write = body
        call(WRITES[operation], TableName=table, **write)
    elif kind == "Query":
        for _ in range(12):
            ours, stocks = both("Query", TableName=table, **body)
            assert ours == stocks
            last = ours[1].get("LastEvaluatedKey") if ours[0] == 200 else None
            if last is None:
                break
            body = body | {"ExclusiveStartKey": last}
    elif kind == "restore":
        backend().tables[table] = pickle.loads(pickle.dumps(backend().tables[table]))
    else:
        transact(table, body, refused=kind == "refused")


def transact(table: str, operations: list[Step], *, refused: bool) -> None:
    """A transaction; one that is refused leaves no trace."""
    items = [{operation: {"TableName": table, **body}} for operation, body in operations]
    if refused:
        items.append({"ConditionCheck": missing_item(table)})
    before = contents(table)
    status, _ = call("TransactWriteItems", TransactItems=items)
    if refused or status != 200:
        assert status == 400
        assert contents(table) == before


def missing_item(table: str) -> dict[str, Any]:
    """A condition that is never met."""
    sort_kind = table.rpartition("-")[2]
    sort = {} if sort_kind == "None" else {"r": {sort_kind: VALUES[sort_kind][0]}}
    return {
        "TableName": table,
        "Key": {"h": {"S": "never"}, **sort},
        "ConditionExpression": "attribute_exists(h)",
    }


def contents(table: str) -> tuple[Any, int]:
    """All items, and how many records its stream has."""
    with stock():
        answer = call("Scan", TableName=table)
    return answer[1], len(backend().tables[table].stream_shard.items)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    backend().tables.clear()


def run(sort_kind: str | None, steps: list[Step], grid: list[Query]) -> None:
    """Make collections of everything, take steps, and ask in every way."""
    backend().tables.clear()
    table = create(sort_kind)
    for query in EVERY_LIST if sort_kind else EVERY_LIST[:-1]:
        call("Query", TableName=table, **query)
    for step in steps:
        take(table, step)
    for query in grid:
        take(table, ("Query", query))


QUICKLY = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@QUICKLY
@given(sequences("S"), grids("S"))
def test_text_sort_keys_are_answered_as_moto_answers(steps: list[Step], grid: list[Query]) -> None:
    run("S", steps, grid)


@QUICKLY
@given(sequences("N"), grids("N"))
def test_number_sort_keys_are_answered_as_moto_answers(
    steps: list[Step], grid: list[Query]
) -> None:
    run("N", steps, grid)


@QUICKLY
@given(sequences("B"), grids("B"))
def test_binary_sort_keys_are_answered_as_moto_answers(
    steps: list[Step], grid: list[Query]
) -> None:
    run("B", steps, grid)


@QUICKLY
@given(sequences(None), grids(None))
def test_tables_without_a_sort_key_are_answered_as_moto_answers(
    steps: list[Step], grid: list[Query]
) -> None:
    run(None, steps, grid)
