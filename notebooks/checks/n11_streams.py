"""Judges of notebook 11: views of a table's stream, queue or stream, bisecting, lag, once."""

import base64
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exercises import Verdict, exercise, not_yet, right

from serverless_app.local.event_sources.batches import (
    Attempt,
    Policy,
    after_error,
    after_partial_failure,
    reported_failures,
)
from serverless_app.local.event_sources.records import Record

VIEW_TYPES = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
SHOWS = {
    "cache": (
        "KEYS_ONLY",
        "cache: to forget a page it needs to know which item, and no more. Every view has the "
        "keys; the smallest has nothing else.",
    ),
    "copy": (
        "NEW_IMAGE",
        "copy: it wants each item as it is now. How an item was before is of no use to it, and "
        "an item that goes is named by its keys.",
    ),
    "bin": (
        "OLD_IMAGE",
        "bin: look at the REMOVE lines of the lesson. After a deletion there is no new image; "
        "which view has the item whole, and nothing else?",
    ),
    "audit": (
        "NEW_AND_OLD_IMAGES",
        "audit: 'from what to what' needs both ends.",
    ),
}


@exercise(
    "11.1",
    "What must a record show?",
    stars=1,
    hints=(
        "Ask of each: does it need the item as it was, as it is, both, or its name only?",
        "Each of the four views is right once.",
    ),
)
def what_must_a_record_show(attempt: Any) -> Verdict:
    return _one_each(
        attempt,
        SHOWS,
        VIEW_TYPES,
        "A wider view would do as well, and every record would carry what nobody reads.",
    )


SERVICES = ("SQS", "Kinesis", "DynamoDB Streams", "Kafka")
CARRIES = {
    "resize": (
        "SQS",
        "resize: each photograph is a piece of work for one worker, who deletes it when it is "
        "done. A stream would show every photograph to every consumer.",
    ),
    "clicks": (
        "Kinesis",
        "clicks: several readers, one of them late, so the records must stay; no table holds a "
        "click, and DynamoDB keeps its stream for 24 hours only. It all runs on AWS.",
    ),
    "index": (
        "DynamoDB Streams",
        "index: what happened is already in a table. If a program wrote to the table and then to "
        "another stream, it could die between the two.",
    ),
    "plant": (
        "Kafka",
        "plant: those programs speak Kafka's protocol, which neither Kinesis nor SQS does, and "
        "some of it must run outside AWS.",
    ),
}


@exercise(
    "11.2",
    "Queue or stream, and which?",
    stars=1,
    hints=(
        "First ask whether one reader takes the message away, or several read the same.",
        "Then: is it in a table already? Is there something that speaks Kafka already?",
        "Each of the four is right once.",
    ),
)
def queue_or_stream(attempt: Any) -> Verdict:
    return _one_each(
        attempt, CARRIES, SERVICES, "You asked who reads, how often, and where it is kept already."
    )


def _one_each(
    attempt: Any, answers: Mapping[str, tuple[str, str]], choices: Sequence[str], praise: str
) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(answers):
        return not_yet(f"Hand in the dict with an answer for each of {', '.join(answers)}.")
    if strange := [given for given in attempt.values() if given not in choices]:
        return not_yet(f"{strange[0]!r} is none of the four: {', '.join(choices)}.")
    wrong = [why for name, (answer, why) in answers.items() if attempt[name] != answer]
    return not_yet(" ".join(wrong)) if wrong else right(praise)


@exercise(
    "11.3",
    "Count the calls",
    stars=2,
    hints=(
        "Write the batches down as the lesson's table of `halves` has them: 8 fails, 4 …",
        "At each split the first half is well and the second fails. How many calls until the "
        "record is alone and has failed once?",
        "Seven until then, and a split is no retry: how many retries has the lone record left?",
    ),
)
def count_the_calls(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in a number: how often the function is called.")
    mistakes = {
        3: "Three calls it would be without bisecting: one and two retries of the whole batch.",
        6: "You counted the calls that fail. The first halves are sent too, and succeed.",
        7: "Seven until the poison record is alone and has failed once. A split is no retry: it "
        "still has those that MaximumRetryAttempts allows.",
        8: "You retried the lone record once. MaximumRetryAttempts is 2, and the splits before "
        "took nothing from it.",
        10: "One too many: the first call of a batch is no retry. One call, then two retries.",
        15: "You retried at each size before splitting. Lambda splits at once: a batch that can "
        "be split is not sent again whole.",
    }
    if attempt == _calls(8, poison=8, retries=2):
        return right("A batch of sixteen would take two more: halving finds one record fast.")
    return not_yet(
        mistakes.get(
            attempt,
            "Play it with eight coins: the batch fails and is split in two equal halves, each of "
            "which is a call; the half with the last coin fails again.",
        )
    )


def _calls(size: int, *, poison: int, retries: int) -> int:
    """How often a function that raises is called: by the laptop cloud's own rules."""
    policy = Policy(maximum_retry_attempts=retries, bisect=True)
    attempts = deque([Attempt(tuple(_record(n, b"") for n in range(1, size + 1)))])
    calls = 0
    while attempts:
        attempt = attempts.popleft()
        calls += 1
        if any(record.identifier == str(poison) for record in attempt.records):
            attempts.extendleft(reversed(after_error(attempt, policy).next))
    return calls


@exercise(
    "11.4",
    "When is the first one lost?",
    stars=2,
    hints=(
        "After ten days: of which day is the record that the consumer reads? How old is it?",
        "It has done 450 / 500 of what was written, so it reads the record of day 0.9 × t.",
        "The age is t - 0.9 t. Lost is a record whose age reaches seven days.",
    ),
)
def when_is_the_first_lost(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in a number: days from the start to the first lost record.")
    if abs(attempt - 70) < 0.5:
        return right("Ten weeks in which nothing fails: time enough for an alarm on the age.")
    mistakes = {
        7: "Seven days is how long a record is kept. On day 7 the consumer is at the record of "
        "day 6.3, which is less than a day old.",
        63: "On day 63 the record is *written* that will be lost. When does it become seven days "
        "old, unread?",
        7.8: "You divided by 0.9. By how much does the age grow in one day?",
        6.3: "Day 6.3 is where the bookmark is on day 7. How old is that record then?",
        0.7: "You multiplied by the share that is missed. In one day the age grows by 0.1 day: how "
        "many days until it is seven?",
        1680: "That is in hours; the question asks for days.",
    }
    for value, why in mistakes.items():
        if abs(attempt - value) <= 0.05 * max(1, value / 10):
            return not_yet(why)
    return not_yet(
        "How old is the record at the bookmark after one day, after two? It grows by the same "
        "amount each day; see the plot of 'How far behind'."
    )


Consume = Callable[[dict[str, Any], dict[str, Any]], Any]
POISON = 10_001
SENT = [(9_998, "img-1"), (9_999, "img-2"), (10_000, "img-1"), (POISON, ""), (10_002, "img-3")]
ONCE = {"img-1": 2, "img-2": 1, "img-3": 1}


@exercise(
    "11.5",
    "A consumer that counts once",
    stars=3,
    hints=(
        "How do you know that you have counted a record before? Every record of a shard has a "
        "number, and they grow.",
        "Keep the last number that you are done with, and skip what is not above it. Sequence "
        "numbers are text: compare them as int.",
        "At the first record that json.loads refuses (ValueError), return its number in "
        "batchItemFailures at once, before you touch those behind it.",
    ),
)
def counts_once(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `consume`, not {attempt!r}.")
    kept: dict[str, Any] = {}
    whole = [_record(number, _data(image)) for number, image in SENT]
    for batch in (whole[:2], whole[:3], whole[2:], whole[4:]):
        told = _deliver(attempt, batch, kept)
        if isinstance(told, Verdict):
            return told
        if not _given_up_is_right(told, batch):
            return _lost(told)
        if complaint := _count_complaint(kept, batch):
            return complaint
    return right(
        "Five records in four overlapping batches, bisected and retried, and each counts once; "
        "the one that can't be read went to the failure queue alone."
    )


def _deliver(
    consume: Consume, batch: Sequence[Record], kept: dict[str, Any]
) -> list[str] | Verdict:
    """Play Lambda with two retries, bisect and reports: what was given up, in the end."""
    policy = Policy(maximum_retry_attempts=2, bisect=True)
    attempts, given_up = deque([Attempt(tuple(batch))]), list[str]()
    while attempts:
        attempt = attempts.popleft()
        try:
            answer = consume({"Records": [dict(r.event) for r in attempt.records]}, kept)
            payload = json.dumps(answer).encode()
        except ValueError as error:  # json's and base64's complaints are ValueErrors
            return not_yet(
                f"Your function raised {type(error).__name__}: {error}. Then the whole batch has "
                "failed, and Lambda does not know which record it was. Catch it where you read "
                "that record, and report its sequence number."
            )
        failed = reported_failures(payload, attempt.records)
        if not _is_report(answer):
            return not_yet(
                f"Your function answered {answer!r}. Lambda reads "
                '{"batchItemFailures": [{"itemIdentifier": "<sequence number>"}]}, with an empty '
                "list when all is well."
            )
        if failed:
            step = after_partial_failure(attempt, failed, policy)
            attempts.extendleft(reversed(step.next))
            given_up += [record.identifier for record in step.discarded]
    return given_up


def _is_report(answer: Any) -> bool:
    """Whether an answer is as documented; null and {} mean success."""
    if answer is None or answer == {}:
        return True
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    return isinstance(failures, list) and all(
        isinstance(each, dict) and isinstance(each.get("itemIdentifier"), str) for each in failures
    )


def _given_up_is_right(given_up: list[str], batch: Sequence[Record]) -> bool:
    poisoned = [str(POISON)] if any(r.identifier == str(POISON) for r in batch) else []
    return given_up == poisoned


def _lost(given_up: list[str]) -> Verdict:
    if not given_up:
        return not_yet(
            f"Record {POISON} is no JSON, and in the end your function did not report it: nobody "
            "will ever hear of it. Return its number, each time that it comes; and do not note "
            "a later record as done before it."
        )
    return not_yet(
        f"In the end Lambda gave up {', '.join(given_up)}. Only {POISON} can't be read: report "
        "that one alone. (A number that is not in the batch fails the batch as a whole.)"
    )


def _count_complaint(kept: Mapping[str, Any], batch: Sequence[Record]) -> Verdict | None:
    """What is wrong with the counts once every record up to this batch's last has come."""
    last = int(batch[-1].identifier)
    expected: dict[str, int] = {}
    for number, image in SENT:
        if number <= last and image:
            expected[image] = expected.get(image, 0) + 1
    views = kept.get("views")
    if not isinstance(views, dict):
        return not_yet('Keep the counts in kept["views"], a dict: image id → number of views.')
    for image, times in expected.items():
        if views.get(image, 0) > times:
            return not_yet(
                f"Expected views of {image}: {times}; you counted {views[image]}. A record that "
                "came again was counted twice. Which number of a record tells you that you have "
                "had it?"
            )
        if views.get(image, 0) < times:
            why = "Did you stop at a record that you had had before, or skip a new one?"
            if last >= 10_000:
                why = (
                    "The sequence numbers go from 9999 to 10000 here, and as text '10000' sorts "
                    "before '9999'. Or did you stop at a record that you had had before?"
                )
            return not_yet(
                f"Expected views of {image}: {times}; you counted {views.get(image, 0)}. {why}"
            )
    return None


def _data(image: str) -> bytes:
    return json.dumps({"imageId": image}).encode() if image else b"no JSON"


def _record(number: int, data: bytes) -> Record:
    """A record of the stream, in the shape that Lambda gives it."""
    kinesis = {
        "partitionKey": "views",
        "sequenceNumber": str(number),
        "data": base64.b64encode(data).decode(),
    }
    event = {"eventID": f"shardId-000000000000:{number}", "kinesis": kinesis}
    return Record(str(number), "views", str(number), 0.0, event, {}, len(data))
