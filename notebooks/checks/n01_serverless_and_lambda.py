"""Judges of notebook 01: kinds of components, concurrency, cost, errors, envelopes."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from exercises import Verdict, exercise, not_yet, right

KINDS = ("FaaS", "datastore", "messaging", "managed service")
COMPONENTS = {
    "Azure Functions": (
        "FaaS",
        "Azure Functions is to Azure what Lambda is to AWS: you hand in a function.",
    ),
    "S3": ("datastore", "S3 keeps objects until you delete them."),
    "SQS": (
        "messaging",
        "SQS holds a message only until it was taken and deleted: it carries from one to another.",
    ),
    "Cognito": (
        "managed service",
        "Cognito keeps users, but what it does for you is a whole job: signing up and in.",
    ),
    "Google Pub/Sub": ("messaging", "Publish and subscribe: Pub/Sub carries, as SNS does."),
    "DynamoDB": ("datastore", "DynamoDB keeps items."),
}


@exercise(
    "01.1",
    "Four kinds",
    stars=1,
    hints=(
        "Ask of each what it does for you: run your code, keep your data, carry messages, or do a "
        "whole job?",
        "One FaaS, two datastores, two that carry messages, one managed service.",
    ),
)
def four_kinds(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(COMPONENTS):
        return not_yet(f"Hand in the dict with a kind for each of {list(COMPONENTS)}.")
    if strange := [kind for kind in attempt.values() if kind not in KINDS]:
        return not_yet(f"{strange[0]!r} is none of the four kinds: {', '.join(KINDS)}.")
    wrong = [why for name, (kind, why) in COMPONENTS.items() if attempt[name] != kind]
    if wrong:
        return not_yet(" ".join(wrong) + " See 'Four kinds of components'.")
    return right("And an application takes what it needs of each, servers included.")


@exercise(
    "01.2",
    "How many at once?",
    stars=1,
    hints=(
        "How many requests arrive while one is being worked on?",
        "Requests a second times seconds a request. 400 ms are 0.4 s.",
    ),
)
def how_many_at_once(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in a number: the environments that work at the same time.")
    if abs(attempt - 120) < 0.01:
        return right("Far from 1,000; at 4 s a request it would be 1,200, and some get a 429.")
    if attempt == 300:
        return not_yet(
            "300 would be right if each took a whole second. After 0.4 s an environment is free "
            "and takes the next event."
        )
    if abs(attempt - 750) < 0.01:
        return not_yet(
            "You divided: 300 / 0.4. A faster function would need more environments then. While "
            "one request is worked on, how many arrive?"
        )
    if attempt == 120_000:
        return not_yet("You took milliseconds for seconds: 400 ms are 0.4 s.")
    return not_yet("Requests a second times seconds a request: see the end of 'Cold and warm'.")


@exercise(
    "01.3",
    "Where the lines cross",
    stars=2,
    hints=(
        "First the price of one million requests: three parts, as in 'What it costs'.",
        "GB-seconds of a million: 1,000,000 × 0.2 s × 1 GB, each 0.0000166667 dollars.",
        "100 dollars divided by the price of a million.",
    ),
)
def where_the_lines_cross(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in a number: millions of requests a month.")
    if 22 <= attempt <= 22.15:
        return right("4.53 dollars a million: the servers are cheaper from 22.1 million on.")
    near = {
        28.3: "The entrance is missing: API Gateway takes 1.00 for each million.",
        23.1: "The price of the requests themselves is missing: 0.20 a million.",
        30.0: "You priced the GB-seconds only. Requests and entrance have prices too.",
        14.2: "You took the REST API's 3.50. This application stands behind an HTTP API.",
        34.9: "You took the 512 MB or the 100 ms of the lesson; here it is 1,024 MB and 200 ms.",
        49.2: "You took the 512 MB and the 100 ms of the lesson; here it is 1,024 MB and 200 ms.",
        4.53: "That is what a million requests cost, rightly. How many of them make 100 dollars?",
        8.4: "That is the load in requests a second, rightly. The question asks for a month.",
        83.3: "You left out the GB-seconds: a million runs of 0.2 s with 1 GB cost 3.33 dollars.",
        0.03: "A unit slipped: milliseconds for seconds, or megabytes for gigabytes.",
    }
    for value, why in near.items():
        if abs(attempt - value) <= max(0.1, value * 0.004) and attempt > 0:
            return not_yet(why)
    if attempt > 1_000_000 and 22 <= attempt / 1e6 <= 22.15:
        return not_yet("Right, in requests. The question asks for millions of them.")
    return not_yet(
        "Price one million: 0.20 for the requests, 1,000,000 × 0.2 s × 1 GB in GB-seconds, 1.00 "
        "for the entrance. How many such millions make 100 dollars?"
    )


WHERE = ("caller", "dead letters", "queue", "nobody")
FAILURES = {
    "a": (
        "caller",
        "a: API Gateway waits for the answer, so it gets the error and answers 502. Nothing is "
        "queued, and nothing tried again.",
    ),
    "b": (
        "dead letters",
        "b: S3 calls asynchronously and has gone. After three tries the event goes where the "
        "function's dead-letter queue is.",
    ),
    "c": (
        "nobody",
        "c: the same three tries, and then there is no place for the event. It is dropped; S3 was "
        "told 202 long ago.",
    ),
    "d": (
        "queue",
        "d: Lambda polls SQS, so this is no asynchronous invocation and the function's dead-letter "
        "queue plays no part. The message was not deleted, so it becomes visible again in its own "
        "queue.",
    ),
}


@exercise(
    "01.4",
    "Who hears of it?",
    stars=2,
    hints=(
        "First say how the function is called: request, asynchronous or poll. The figure has all "
        "three.",
        "Only one of the three ways ends in the function's dead-letter queue.",
    ),
)
def who_hears_of_it(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(FAILURES):
        return not_yet('Hand in a dict with an answer for each of "a", "b", "c" and "d".')
    if strange := [where for where in attempt.values() if where not in WHERE]:
        return not_yet(f"{strange[0]!r} is none of the four answers: {', '.join(WHERE)}.")
    wrong = [why for name, (where, why) in FAILURES.items() if attempt[name] != where]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("Who calls, and whether they wait, decides where an error ends up.")


@exercise(
    "01.5",
    "One notification, three envelopes",
    stars=3,
    hints=(
        "Look at one record: does it have `s3`, `body` or `Sns`? In the last two cases json.loads "
        "gives you an event like the first.",
        "So let the function call itself with what json.loads gave.",
        "Keys: urllib.parse.unquote_plus. The test message: event.get('Records', []).",
    ),
)
def photographs(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `photographs`, not {attempt!r}.")
    ways: tuple[tuple[str, Callable[..., dict[str, Any]]], ...] = (
        ("directly from S3", lambda *events: _joined(*events)),
        ("inside SQS", lambda *events: _batch("body", *events)),
        ("inside SNS", lambda *events: _batch("Sns", *events)),
    )
    for way, wrap in ways:
        try:
            answer = attempt(wrap(_notification("a.jpg"), _notification("harbour+view.jpg")))
        except (KeyError, TypeError) as error:
            return not_yet(
                f"The notification that came {way} made your function stumble: "
                f"{type(error).__name__}: {error}. Print event['Records'][0] for that way: which "
                "names has it, and is what lies under them a dict or JSON text?"
            )
        if verdict := _complaint(answer, way):
            return verdict
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "photographs"}
    try:
        answer = attempt(_batch("body", test, _notification("a.jpg")))
    except KeyError as error:
        return not_yet(
            f"All three ways work. But S3's test message has no {error}, and your function raised: "
            "the whole batch would come again, and again."
        )
    if answer is None or list(answer) != ["a.jpg"]:
        return not_yet(f"Of a test message and a.jpg your function made {answer!r}.")
    return right("Three envelopes, one function, and S3's test message harms nothing.")


def _complaint(answer: Any, way: str) -> Verdict | None:
    """What is wrong with the keys of a.jpg and 'harbour view.jpg', if anything is."""
    if answer is None:
        return not_yet("Your function ends without `return`, so it answers None.")
    if not isinstance(answer, (list, tuple)):
        return not_yet(f"A list of keys was asked; {way} you gave {answer!r}.")
    match list(answer):
        case ["a.jpg", "harbour view.jpg"]:
            return None
        case ["a.jpg", "harbour+view.jpg"]:
            return not_yet(
                "'harbour+view.jpg' is how S3 writes the key into the event. The uploader wrote a "
                "space: urllib.parse.unquote_plus turns it back."
            )
        case ["a.jpg"]:
            return not_yet(
                f"The event that came {way} held two objects and you gave one: `Records` is a "
                "list; go through all of it."
            )
        case []:
            return not_yet(f"The notification came {way}, and you found no key in it.")
    return not_yet(f"Expected ['a.jpg', 'harbour view.jpg'] {way}; you gave {answer!r}.")


def _notification(key: str) -> dict[str, Any]:
    s3 = {"bucket": {"name": "photographs"}, "object": {"key": key, "size": 3}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}
    return {"Records": [record]}


def _joined(*events: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [record for event in events for record in event["Records"]]}


def _batch(envelope: str, *events: dict[str, Any]) -> dict[str, Any]:
    texts = [json.dumps(event) for event in events]
    if envelope == "body":
        return {"Records": [{"eventSource": "aws:sqs", "body": text} for text in texts]}
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": text}} for text in texts]}
