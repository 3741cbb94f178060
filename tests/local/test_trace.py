"""Hops: how they begin, end, and are kept."""

from __future__ import annotations

import itertools
import uuid

import pytest

from serverless_app.local.console import SequenceDiagram
from serverless_app.local.trace import (
    PAYLOAD_LIMIT,
    Hop,
    Trace,
    current_trace,
    excerpt,
    new_request_id,
    root_of,
)


def test_a_hop_ends_with_what_came_back() -> None:
    trace = Trace()
    hop = trace.begin("browser", "apigateway", "POST /groups", trace_id="1-a", request=b"{}")
    trace.end(hop, "ok", b'{"newItem": 1}', status=201)
    assert (hop.outcome, hop.answer, hop.detail) == ("ok", '{"newItem": 1}', {"status": 201})
    assert hop.duration_ms is not None


def test_an_exception_in_a_hop_makes_it_an_error() -> None:
    trace = Trace()
    with pytest.raises(ZeroDivisionError), trace.hop("a", "b", "divide"):
        _ = 1 / 0
    assert trace.hops()[0].outcome == "error"
    assert "division" in trace.hops()[0].answer


def test_a_hop_belongs_to_the_current_trace_when_none_is_given() -> None:
    token = current_trace.set("1-current")
    try:
        assert Trace().begin("a", "b", "c").trace_id == "1-current"
    finally:
        current_trace.reset(token)


def test_only_the_newest_hops_are_kept() -> None:
    trace = Trace(limit=3)
    for number in range(5):
        trace.begin("a", "b", str(number))
    assert [hop.operation for hop in trace.hops()] == ["2", "3", "4"]


def test_hops_are_found_by_trace_and_by_number() -> None:
    trace = Trace()
    for name in ("x", "y", "x"):
        trace.begin("a", "b", "c", trace_id=name)
    assert [hop.number for hop in trace.hops("x")] == [1, 3]
    assert [hop.number for hop in trace.hops(after=1)] == [2, 3]


def test_a_listener_hears_beginnings_and_ends_until_it_stops() -> None:
    trace, heard = Trace(), []
    stop = trace.listen(lambda hop: heard.append(hop.outcome))
    trace.end(trace.begin("a", "b", "c"))
    stop()
    trace.begin("a", "b", "c")
    assert heard == ["running", "ok"]


@pytest.mark.parametrize(
    ("header", "root"),
    [
        ("Root=1-5-a;Parent=b;Sampled=1", "1-5-a"),
        ("Self=x; Root=1-5-a", "1-5-a"),
        ("Parent=b", None),
        ("", None),
        (None, None),
    ],
)
def test_the_root_of_a_trace_header(header: str | None, root: str | None) -> None:
    assert root_of(header) == root


def test_a_long_payload_is_cut_and_says_so() -> None:
    assert excerpt("a" * (PAYLOAD_LIMIT + 1)) == "a" * PAYLOAD_LIMIT + "…"


def test_bytes_that_are_no_text_are_told_by_their_length() -> None:
    assert excerpt(b"\xff\xd8\xff\xe0" * 500) == "(2,000 bytes)"


def test_a_character_cut_in_two_is_no_binary() -> None:
    assert excerpt("é".encode() * PAYLOAD_LIMIT * 3).startswith("éé")


def hop(number: int, source: str, target: str, **more: object) -> Hop:
    return Hop(number, "1-x", source, target, "Do", **more)  # type: ignore[arg-type]


def test_a_diagram_names_each_participant_once_in_order_of_appearance() -> None:
    drawing = SequenceDiagram(
        [hop(1, "browser", "apigateway"), hop(2, "apigateway", "createImage")]
    )
    assert drawing.participants == ["browser", "apigateway", "createImage"]


def test_a_diagram_of_the_same_story_is_the_same_drawing() -> None:
    first = SequenceDiagram([hop(7, "a", "b", started_ms=1.0, duration_ms=2.0)])
    second = SequenceDiagram([hop(9, "a", "b", started_ms=5.0, duration_ms=9.0)])
    assert first.svg() == second.svg()


def test_a_diagram_says_which_hop_failed_and_which_try_it_was() -> None:
    drawing = SequenceDiagram([hop(1, "s3", "onUpload", kind="event", attempt=2, outcome="error")])
    assert drawing.text() == "1. s3 → onUpload: Do (try 2, failed)"
    assert 'stroke-dasharray="6 5"' in drawing.svg()


def test_a_diagram_escapes_what_it_shows() -> None:
    assert "<script>" not in SequenceDiagram([hop(1, "<script>", "b")]).svg()


def test_a_wide_diagram_is_drawn_smaller_so_that_nothing_is_cut_off() -> None:
    names = [f"participant {number}" for number in range(10)]
    wide = SequenceDiagram([hop(1, *pair) for pair in itertools.pairwise(names)]).svg()
    assert 'viewBox="0 0 1510 448" width="1000"' in wide
    assert 'viewBox="0 0 310 128" width="310"' in SequenceDiagram([hop(1, "a", "b")]).svg()


def test_a_request_id_is_a_random_uuid_in_its_usual_form() -> None:
    ids = [new_request_id() for _ in range(64)]
    assert {str(uuid.UUID(text)) for text in ids} == set(ids)
    assert {(uuid.UUID(text).version, uuid.UUID(text).variant) for text in ids} == {
        (4, uuid.RFC_4122)
    }
    assert len(set(ids)) == 64
