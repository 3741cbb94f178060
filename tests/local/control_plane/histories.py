"""What hypothesis does to a table: writes, transactions, restores, and Queries of every sort."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.local.control_plane.many_indexes import INDEXES, KINDS, VALUES

Step = tuple[str, Any]
Query = dict[str, Any]
CONDITIONS = ["=", "<", "<=", ">", ">="]


def value(kind: str) -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from(VALUES[kind]).map(lambda one: {kind: one})


def partition_value() -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from([{"S": "p"}, {"S": "p"}, {"S": "q"}])


def primary_key(sort_kind: str | None) -> st.SearchStrategy[dict[str, Any]]:
    parts = {"h": partition_value()}
    return st.fixed_dictionaries(parts | ({"r": value(sort_kind)} if sort_kind else {}))


def attributes() -> st.SearchStrategy[dict[str, Any]]:
    """Some of an item's other attributes: an index key may be there or not."""
    keys = {name: value(kind) for name, kind in KINDS.items()}
    sparse = st.fixed_dictionaries({}, optional={**keys, "m": value("S")})
    return st.one_of(st.fixed_dictionaries(keys), sparse)


@st.composite
def writes(draw: st.DrawFn, sort_kind: str | None) -> Step:
    """One operation of a transaction, which any write can be."""
    key = draw(primary_key(sort_kind))
    kind = draw(st.sampled_from(["Put", "Put", "Put", "Update", "Remove", "Delete"]))
    if kind == "Put":
        return "Put", {"Item": key | draw(attributes())}
    if kind == "Delete":
        return "Delete", {"Key": key}
    changed = draw(attributes())
    if kind == "Remove" or not changed:
        names = draw(st.lists(st.sampled_from([*KINDS, "m"]), min_size=1, unique=True))
        return "Update", {"Key": key, "UpdateExpression": "REMOVE " + ", ".join(names)}
    return "Update", {
        "Key": key,
        "UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in changed),
        "ExpressionAttributeValues": {f":{name}": one for name, one in changed.items()},
    }


@st.composite
def queries(draw: st.DrawFn, sort_kind: str | None) -> Step:
    """A Query of the table or an index, mostly one that AWS would take."""
    names = [None, *INDEXES] if sort_kind else [None, "g1", "g2", "g3", "g4"]
    index = draw(st.sampled_from(names))
    partition, sort = INDEXES[index] if index else ("h", "r" if sort_kind else None)
    kinds = KINDS | {"h": "S", "r": sort_kind or "S"}
    wanted = partition_value() if partition == "h" else value(kinds[partition])
    body: dict[str, Any] = {"IndexName": index} if index else {}
    values = {":p": draw(wanted)}
    condition = f"{partition} = :p"
    if sort and draw(st.booleans()):
        unusual = draw(st.integers(0, 15)) == 0
        kind = draw(st.sampled_from("SNB")) if unusual else kinds[sort]
        text, bounds = draw(sort_conditions(sort, kind))
        condition, values = f"{condition} AND {text}", values | bounds
    if draw(st.integers(0, 3)) == 0:
        body["FilterExpression"], values[":f"] = "attribute_exists(m) OR n > :f", {"N": "1"}
    body |= draw(st.sampled_from([{}, {}, {"Limit": 1}, {"Limit": 2}, {"Limit": 5}]))
    body |= draw(st.sampled_from([{}, {"ScanIndexForward": False}, {"ScanIndexForward": True}]))
    body |= draw(st.sampled_from([{}, {}, {"Select": "COUNT"}, {"ProjectionExpression": "h, m"}]))
    if draw(st.integers(0, 5)) == 0:
        body["ExclusiveStartKey"] = draw(primary_key(sort_kind)) | draw(attributes())
    return "Query", body | {
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
    }


@st.composite
def sort_conditions(draw: st.DrawFn, sort: str, kind: str) -> tuple[str, dict[str, Any]]:
    """A condition on the sort key, and its values."""
    first = draw(value(kind))
    comparison = draw(st.sampled_from([*CONDITIONS, "BETWEEN", "begins_with"]))
    if comparison == "BETWEEN":
        return f"{sort} BETWEEN :r AND :s", {":r": first, ":s": draw(value(kind))}
    if comparison == "begins_with":
        return f"begins_with({sort}, :r)", {":r": first}
    return f"{sort} {comparison} :r", {":r": first}


@st.composite
def steps(draw: st.DrawFn, sort_kind: str | None) -> Step:
    """A write, a transaction that is kept or refused, a snapshot and its restore, or a Query."""
    kind = draw(st.sampled_from(["write"] * 4 + ["query"] * 3 + ["kept", "refused", "restore"]))
    if kind == "write":
        return "write", draw(writes(sort_kind))
    if kind == "query":
        return draw(queries(sort_kind))
    if kind == "restore":
        return kind, None
    return kind, draw(st.lists(writes(sort_kind), min_size=1, max_size=4))


def everything_of(index: str | None, partition: str, one: Any) -> Query:
    """A Query for a whole item collection."""
    condition = {"KeyConditionExpression": f"{partition} = :p"}
    return (
        condition
        | {"ExpressionAttributeValues": {":p": one}}
        | ({"IndexName": index} if index else {})
    )


EVERY_LIST = [
    everything_of(index, partition, {kind: VALUES[kind][0]})
    for index, partition, kind in [
        (None, "h", "S"), ("g1", "u", "S"), ("g2", "u", "S"), ("g3", "n", "N"), ("g4", "b", "B"),
        ("l1", "h", "S"),
    ]
]  # fmt: skip


@st.composite
def grids(draw: st.DrawFn, sort_kind: str | None) -> list[Query]:
    """One list, asked with every comparison, in both directions, with and without a limit."""
    names = [None, "g1", "g3", "g4", "l1"] if sort_kind else ["g1", "g3", "g4"]
    index = draw(st.sampled_from(names))
    partition, sort = INDEXES[index] if index else ("h", "r")
    kinds = KINDS | {"h": "S", "r": sort_kind or "S"}
    wanted = {"S": "p"} if partition == "h" else draw(value(kinds[partition]))
    first, last = draw(value(kinds[str(sort)])), draw(value(kinds[str(sort)]))
    comparisons = [f"{sort} {one} :r" for one in CONDITIONS]
    comparisons += [f"{sort} BETWEEN :r AND :s", f"begins_with({sort}, :r)"]
    return [
        everything_of(index, partition, wanted) | limit | {"ScanIndexForward": forward}
        | {
            "KeyConditionExpression": f"{partition} = :p AND {comparison}",
            "ExpressionAttributeValues": {":p": wanted, ":r": first}
            | ({":s": last} if ":s" in comparison else {}),
        }
        for comparison in comparisons
        for limit in ({}, {"Limit": 1}, {"Limit": 2})
        for forward in (True, False)
    ]  # fmt: skip


def sequences(sort_kind: str | None) -> st.SearchStrategy[list[Step]]:
    """Some items, and then steps of every sort."""
    items = st.tuples(primary_key(sort_kind), attributes()).map(lambda parts: parts[0] | parts[1])
    puts = items.map(lambda item: ("write", ("Put", {"Item": item})))
    many, more = (
        st.lists(puts, min_size=12, max_size=16),
        st.lists(steps(sort_kind), min_size=8, max_size=20),
    )
    return st.tuples(many, more).map(lambda parts: parts[0] + parts[1])
