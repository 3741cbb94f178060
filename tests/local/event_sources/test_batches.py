"""What becomes of a batch: the rules, without any I/O."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serverless_app.local.event_sources.batches import (
    PAYLOAD_LIMIT,
    Attempt,
    Policy,
    Step,
    after_error,
    after_partial_failure,
    cut,
    reported_failures,
    without_expired,
)
from serverless_app.local.event_sources.records import Record


def record(number: int, *, arrived: float = 0.0, size: int = 10) -> Record:
    return Record(str(number), "key", str(number), arrived, {}, {}, size)


def attempt(*numbers: int, retries: int = 0) -> Attempt:
    return Attempt(tuple(record(n) for n in numbers), retries)


def numbers(step: Step) -> list[tuple[list[int], int]]:
    return [([int(r.identifier) for r in each.records], each.retries) for each in step.next]


def test_a_batch_is_cut_at_its_size() -> None:
    assert cut([record(n) for n in range(10)], 4) == 4


def test_a_batch_is_cut_at_six_megabytes() -> None:
    assert cut([record(n, size=PAYLOAD_LIMIT // 3) for n in range(3)], 10) == 2


def test_a_record_above_the_limit_goes_alone() -> None:
    assert cut([record(1, size=PAYLOAD_LIMIT * 2), record(2)], 10) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, set()),
        ({}, set()),
        ("", set()),
        ({"batchItemFailures": []}, set()),
        ({"batchItemFailures": None}, set()),
        ({"somethingElse": 1}, set()),
        ({"batchItemFailures": [{"itemIdentifier": "2"}]}, {"2"}),
        ({"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]}, {"2", "3"}),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, {"1", "2", "3"}),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, {"1", "2", "3"}),
        ({"batchItemFailures": [{"itemId": "2"}]}, {"1", "2", "3"}),
        ({"batchItemFailures": [{"itemIdentifier": "9"}]}, {"1", "2", "3"}),
        ({"batchItemFailures": ["2"]}, {"1", "2", "3"}),
        ({"batchItemFailures": "2"}, {"1", "2", "3"}),
        ([1, 2], {"1", "2", "3"}),
    ],
)
def test_an_answer_names_the_records_that_failed(answer: Any, expected: set[str]) -> None:
    found = reported_failures(json.dumps(answer).encode(), attempt(1, 2, 3).records)
    assert found == expected


def test_an_answer_that_is_no_json_is_a_complete_failure() -> None:
    assert reported_failures(b"<html>", attempt(1, 2).records) == {"1", "2"}


def test_a_failed_batch_is_sent_again_as_it_was() -> None:
    assert numbers(after_error(attempt(1, 2), Policy())) == [([1, 2], 1)]


def test_retries_end_at_their_maximum() -> None:
    step = after_error(attempt(1, 2, retries=2), Policy(maximum_retry_attempts=2))
    assert numbers(step) == []
    assert [r.identifier for r in step.discarded] == ["1", "2"]


def test_without_a_maximum_retries_do_not_end() -> None:
    assert after_error(attempt(1, retries=10_000), Policy()).discarded == ()


def test_bisecting_is_no_retry() -> None:
    step = after_error(attempt(1, 2, 3, 4, 5), Policy(0, bisect=True))
    assert numbers(step) == [([1, 2], 0), ([3, 4, 5], 0)]


def test_a_batch_of_one_cannot_be_bisected() -> None:
    assert numbers(after_error(attempt(1), Policy(5, bisect=True))) == [([1], 1)]


def test_the_lowest_reported_failure_is_the_checkpoint() -> None:
    step = after_partial_failure(attempt(1, 2, 3, 4), frozenset({"4", "3"}), Policy(2))
    assert numbers(step) == [([3, 4], 1)]


def test_with_bisecting_the_batch_is_split_at_the_checkpoint() -> None:
    step = after_partial_failure(attempt(1, 2, 3, 4), frozenset({"3"}), Policy(0, bisect=True))
    assert numbers(step) == [([3, 4], 0)]


def test_with_bisecting_a_failure_of_the_first_record_splits_in_the_middle() -> None:
    step = after_partial_failure(attempt(1, 2, 3, 4), frozenset({"1"}), Policy(0, bisect=True))
    assert numbers(step) == [([1, 2], 0), ([3, 4], 0)]


def test_records_that_are_too_old_leave_the_head_of_a_batch() -> None:
    held = Attempt((record(1, arrived=0), record(2, arrived=50), record(3, arrived=100)), 1)
    left, expired = without_expired(held, Policy(maximum_record_age=60), now=100)
    assert [r.identifier for r in left.records] == ["2", "3"]
    assert [r.identifier for r in expired] == ["1"]
    assert left.retries == 1


def test_the_stream_s_retention_bounds_every_age() -> None:
    assert Policy(maximum_record_age=-1, retention=86_400).age_limit == 86_400
    assert Policy(maximum_record_age=604_800, retention=86_400).age_limit == 86_400


def settle(
    count: int, bad: set[int], policy: Policy, *, reports: bool
) -> tuple[list[int], list[int], int]:
    """Apply the rules until nothing is left, to a function that fails at bad records."""
    attempts = deque([attempt(*range(count))])
    processed: list[int] = []
    discarded: list[int] = []
    invocations = 0
    while attempts:
        now = attempts.popleft()
        invocations += 1
        sent = [int(r.identifier) for r in now.records]
        failed = [n for n in sent if n in bad]
        if not failed:
            processed += sent
            continue
        if reports:
            step = after_partial_failure(now, frozenset(str(n) for n in failed), policy)
            processed += sent[: sent.index(failed[0])]
        else:
            step = after_error(now, policy)
        discarded += [int(r.identifier) for r in step.discarded]
        attempts.extendleft(reversed(step.next))
    return processed, discarded, invocations


@given(st.integers(1, 40), st.sets(st.integers(0, 39)), st.integers(0, 3), st.booleans())
def test_bisecting_gives_up_the_bad_records_alone(
    count: int, bad: set[int], retries: int, reports: bool
) -> None:
    processed, discarded, _ = settle(count, bad, Policy(retries, bisect=True), reports=reports)
    assert processed == [n for n in range(count) if n not in bad]
    assert discarded == [n for n in range(count) if n in bad]


@given(
    st.integers(1, 40), st.sets(st.integers(0, 39)), st.integers(0, 5), st.booleans(), st.booleans()
)
def test_every_record_is_processed_or_given_up_once_and_in_order(
    count: int, bad: set[int], retries: int, bisect: bool, reports: bool
) -> None:
    policy = Policy(retries, bisect=bisect)
    processed, discarded, _ = settle(count, bad, policy, reports=reports)
    assert processed == sorted(processed)
    assert discarded == sorted(discarded)
    assert sorted(processed + discarded) == list(range(count))


@given(st.integers(1, 40), st.integers(0, 39), st.integers(0, 5))
def test_without_bisecting_one_bad_record_costs_the_whole_batch(
    count: int, bad: int, retries: int
) -> None:
    processed, discarded, invocations = settle(count, {bad}, Policy(retries), reports=False)
    if bad < count:
        assert (processed, discarded, invocations) == ([], list(range(count)), retries + 1)
    else:
        assert (processed, discarded, invocations) == (list(range(count)), [], 1)
