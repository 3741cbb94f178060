"""Hops in the order of cause, whatever the order in which they began."""

from __future__ import annotations

from typing import Any

from serverless_app.local.console import in_order_of_cause, named
from serverless_app.local.trace import Hop


def hop(number: int, source: str, target: str, operation: str = "Invoke", **more: Any) -> Hop:
    given = {"started_ms": float(number), "duration_ms": 0.5, **more}
    return Hop(number, "1-x", source, target, operation, **given)


def told(hops: list[Hop]) -> list[str]:
    return [f"{one.source}>{one.target} {one.operation}" for one in in_order_of_cause(hops)]


def test_a_call_lies_inside_its_caller_s_though_another_began_between() -> None:
    hops = [
        hop(1, "client", "a", duration_ms=9),
        hop(2, "client", "b", duration_ms=9),
        hop(3, "a", "Images", "PutItem"),
    ]
    assert told(hops) == ["client>a Invoke", "a>Images PutItem", "client>b Invoke"]


def test_events_come_after_the_calls_of_whoever_caused_them_by_the_name_of_their_target() -> None:
    writer = hop(1, "s3", "onUpload", duration_ms=99)
    write = hop(2, "onUpload", "Images", "UpdateItem")
    one = hop(3, "Images", "notify", kind="event", duration_ms=90)
    other = hop(4, "Images", "index", kind="event", duration_ms=90)
    read = hop(5, "onUpload", "Images", "GetItem")
    expected = [
        "s3>onUpload Invoke",
        "onUpload>Images UpdateItem",
        "onUpload>Images GetItem",
        "Images>index Invoke",
        "Images>notify Invoke",
    ]
    assert told([writer, write, one, other, read]) == expected
    assert told([writer, write, other, one, read]) == expected


def test_an_event_is_not_caused_by_a_read() -> None:
    hops = [
        hop(1, "f", "Images", "PutItem"),
        hop(2, "g", "Images", "Query"),
        hop(3, "Images", "notify", kind="event"),
    ]
    assert told(hops) == ["f>Images PutItem", "Images>notify Invoke", "g>Images Query"]


def test_no_hop_is_lost_or_doubled() -> None:
    hops = [hop(n, "abc"[n % 3], "bca"[n % 3], kind="event" if n % 2 else "call") for n in range(9)]
    assert sorted(one.number for one in in_order_of_cause(hops)) == list(range(9))


def test_names_are_those_of_serverless_yml() -> None:
    raw = hop(1, "udagram-dev-onUpload", "dynamodb", "PutItem", detail={"resource": "Images-dev"})
    assert (named(raw, "udagram-dev").source, named(raw, "udagram-dev").target) == (
        "onUpload",
        "Images",
    )
    bucket = hop(1, "client", "s3", detail={"resource": "udagram-images-dev-123456789012"})
    assert named(bucket, "udagram-dev").target == "udagram-images"
