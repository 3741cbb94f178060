"""Filter patterns, as "Control which events Lambda sends to your function" describes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.local.event_sources.filters import (
    InvalidPattern,
    matches,
    parse_pattern,
    parse_patterns,
    passes,
)

RECORD = {
    "eventName": "INSERT",
    "dynamodb": {
        "NewImage": {
            "state": {"S": "READY"},
            "size": {"N": "101"},
            "tags": {"L": [{"S": "sea"}, {"S": "sun"}]},
        }
    },
    "price": 10.5,
    "stock": 0,
    "sold": False,
    "note": None,
    "title": "",
    "colours": ["red", "green"],
}


def new_image(name: str, kind: str, wanted: Any) -> dict[str, Any]:
    return {"dynamodb": {"NewImage": {name: {kind: wanted}}}}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"eventName": ["INSERT"]}, True),
        ({"eventName": ["MODIFY", "INSERT"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        (new_image("state", "S", ["READY"]), True),
        (new_image("state", "S", ["PENDING"]), False),
        (new_image("size", "N", ["101"]), True),
        (new_image("size", "N", [101]), False),  # DynamoDB's numbers are strings in its records
        (new_image("size", "N", [{"numeric": [">", 100]}]), False),
        ({"eventName": ["INSERT"], **new_image("state", "S", ["PENDING"])}, False),
        ({"price": [10.5]}, True),
        ({"price": [{"numeric": ["=", 10.5]}]}, True),
        ({"price": [{"numeric": [">", 10, "<=", 20]}]}, True),
        ({"price": [{"numeric": [">", 10, "<", 10.5]}]}, False),
        ({"stock": [0]}, True),
        ({"stock": [False]}, False),
        ({"sold": [False]}, True),
        ({"sold": [0]}, False),
        ({"note": [None]}, True),
        ({"title": [""]}, True),
        ({"title": [None]}, False),
        ({"absent": [None]}, False),
        ({"eventName": [{"prefix": "INS"}]}, True),
        ({"eventName": [{"prefix": "ins"}]}, False),
        ({"eventName": [{"prefix": {"equals-ignore-case": "ins"}}]}, True),
        ({"eventName": [{"suffix": "ERT"}]}, True),
        ({"eventName": [{"suffix": "INS"}]}, False),
        ({"price": [{"prefix": "10"}]}, False),
        ({"eventName": [{"equals-ignore-case": "insert"}]}, True),
        ({"eventName": [{"equals-ignore-case": "inserts"}]}, False),
        ({"eventName": [{"anything-but": ["REMOVE", "MODIFY"]}]}, True),
        ({"eventName": [{"anything-but": "INSERT"}]}, False),
        ({"price": [{"anything-but": [10.5]}]}, False),
        ({"absent": [{"anything-but": ["x"]}]}, False),
        ({"price": [{"exists": True}]}, True),
        ({"absent": [{"exists": True}]}, False),
        ({"absent": [{"exists": False}]}, True),
        ({"absent": {"inner": [{"exists": False}]}}, True),
        ({"dynamodb": [{"exists": True}]}, False),  # only leaf nodes exist
        ({"colours": ["green"]}, True),
        ({"colours": ["blue"]}, False),
        ({"colours": [{"anything-but": ["red"]}]}, True),
        (new_image("tags", "L", {"S": ["sun"]}), True),
        ({"$or": [{"eventName": ["REMOVE"]}, {"price": [10.5]}]}, True),
        ({"$or": [{"eventName": ["REMOVE"]}, {"price": [1]}]}, False),
        ({"eventName": ["INSERT"], "$or": [{"stock": [1]}, {"sold": [True]}]}, False),
    ],
)
def test_a_pattern_decides_on_a_record(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(parse_pattern(json.dumps(pattern)), RECORD) is expected


def test_the_filters_of_a_mapping_are_ored() -> None:
    patterns = parse_patterns(
        {"Filters": [{"Pattern": '{"eventName": ["REMOVE"]}'}, {"Pattern": '{"stock": [0]}'}]}
    )
    assert passes(patterns, RECORD)


def test_a_mapping_without_filters_lets_everything_through() -> None:
    assert passes(parse_patterns(None), RECORD)
    assert passes(parse_patterns({"Filters": []}), "text")


def test_a_pattern_for_an_object_drops_content_that_is_no_json() -> None:
    assert not matches({"data": {"kind": ["view"]}}, {"data": "plain text"})


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "is a JSON object"),
        ("{}", "at least one field"),
        ('{"a": "x"}', "must be an object or an array"),
        ('{"a": []}', "must be an object or an array"),
        ('{"a": [["x"]]}', "may not hold an array"),
        ('{"a": [{"wildcard": "x*"}]}', "no operator of Lambda event filtering"),
        ('{"a": [{"prefix": "x", "suffix": "y"}]}', "takes one"),
        ('{"a": [{"prefix": 1}]}', 'does not suit "prefix"'),
        ('{"a": [{"exists": "yes"}]}', 'does not suit "exists"'),
        ('{"a": [{"numeric": [">"]}]}', 'does not suit "numeric"'),
        ('{"a": [{"numeric": ["!", 1]}]}', 'does not suit "numeric"'),
        ('{"a": [{"anything-but": {"prefix": "x"}}]}', 'does not suit "anything-but"'),
        ('{"$or": [{"a": ["x"]}]}', "at least two patterns"),
    ],
)
def test_a_pattern_that_aws_would_refuse_says_why(pattern: str, complaint: str) -> None:
    with pytest.raises(InvalidPattern, match=complaint):
        parse_pattern(pattern)


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
documents = st.dictionaries(
    st.text(min_size=1, max_size=3).filter(lambda name: name != "$or"), scalars, min_size=1
)


@given(documents)
def test_a_pattern_made_of_a_record_s_own_values_matches_it(record: dict[str, Any]) -> None:
    assert matches({name: [value] for name, value in record.items()}, record)


@given(documents, st.data())
def test_anything_but_is_the_opposite_of_equals_where_the_field_is(
    record: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(record)))
    value = data.draw(st.integers() | st.text(max_size=3))
    equals = matches({name: [value]}, record)
    assert matches({name: [{"anything-but": [value]}]}, record) is not equals
