"""Judges of notebook 06: which pair is which item, keys for questions, order of text."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from exercises import Verdict, exercise, not_yet, right


@exercise(
    "06.1",
    "Which items are left?",
    stars=1,
    hints=(
        "Two writes are one item when both parts of the key are equal. Look for such a pair.",
        "Write the pairs one below the other: (cats, …#a), (dogs, …#a), (cats, …#b), … Which "
        "stands there twice?",
    ),
)
def items_left(attempt: Any) -> Verdict:
    if attempt == 4:
        return right("Four pairs, four items; the second cats · #a replaced the first.")
    wrong = {
        5: "You counted the writes. Two of them have the same partition key and the same sort "
        "key, so the later one replaced the earlier.",
        3: "You may have counted titles: there are three. The title is no part of the key; only "
        "groupId and uploadedKey decide which item is meant.",
        2: "You counted the values of one part of the key: two groups, or two sort keys. An item "
        "is identified by both parts together; count the different pairs.",
    }
    return not_yet(
        wrong.get(attempt, "Count the different pairs of groupId and uploadedKey in the table.")
        + " See 'A key of two parts'."
    )


@exercise(
    "06.2",
    "Watchers",
    stars=1,
    hints=(
        "The partition key is what you know when you ask. What do you know when a photograph "
        "arrives: its group, or the connections?",
        "To forget one watch you must name one item. Which two attributes, together, name one "
        "watch and no other, and are both known at that moment?",
    ),
)
def watchers(attempt: Any) -> Verdict:
    match _pair(attempt):
        case ("groupId", "connectionId"):
            return right(
                "One query by groupId finds the watchers, one delete by the pair forgets one, and "
                "watching twice is still one item."
            )
        case ("connectionId", "groupId"):
            return not_yet(
                "That pair names one watch, rightly. But a query must begin with a connectionId, "
                "so it answers 'which groups does c watch?'. The question asked for every "
                "photograph is the other one: which connections watch g? Turn the pair round."
            )
        case ("groupId", ("connectedAt" | "userId") as sort):
            return not_yet(
                f"The partition key is right: a query by groupId finds the watchers. With {sort} "
                "behind it, two connections that share it are one item, and the second replaces "
                "the first (as img-3 did img-2). And to forget c you would have to know its "
                f"{sort}. What names a connection?"
            )
        case ("connectionId", None):
            return not_yet(
                "With connectionId alone a connection can watch one group only: its second watch "
                "would replace the first. And 'who watches g?' would need a scan."
            )
        case ("groupId", None):
            return not_yet(
                "With groupId alone a group has one item, so one watcher: the next replaces it. "
                "You need a second part that tells the watchers of a group apart."
            )
        case None:
            return not_yet(
                'The attempt should look like {"partition": "…", "sort": "…"}, with names of '
                "attributes from the exercise."
            )
    return not_yet(
        "Begin with the partition key: it is what you know, exactly, when you ask the frequent "
        "question: 'all connections that watch group g'. See 'Questions first, data second'."
    )


@exercise(
    "06.3",
    "The newest two",
    stars=2,
    hints=(
        "One query by groupId gives the images in ascending order. Two parameters of `query` turn "
        "the direction and stop early.",
        "ScanIndexForward=False reads from the end of the run; Limit=2 stops after two items.",
    ),
)
def newest_two(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `newest_titles`, not {attempt!r}.")
    images, requests = _group_of(30)
    answer = attempt(images, "cats")
    if answer is None:
        return not_yet("Your function ends without `return`, so it answers None.")
    answer = list(answer)
    read = sum(request["ScannedCount"] for request in requests)
    if any(request["operation"] == "Scan" for request in requests):
        return not_yet(
            f"You scanned: {read} items read, dogs included. The group is the partition key of "
            "this table, so `query` finds it without reading others."
        )
    if answer == ["cats 0", "cats 1"]:
        return not_yet(
            "Those are the oldest two: a query reads in ascending order unless you say "
            "ScanIndexForward=False."
        )
    if answer == ["cats 28", "cats 29"]:
        return not_yet("The right two, but newest first was asked: read backwards instead.")
    if answer != ["cats 29", "cats 28"]:
        return not_yet(f"Expected ['cats 29', 'cats 28'] of a group of 30; you gave {answer!r}.")
    if read > 2:
        return not_yet(
            f"The right titles, but {read} items were read to show two, and all {read} are paid "
            "for. Let DynamoDB stop: which parameter of `query` ends the page early?"
        )
    return right("Two titles, two items read; it would be two in a group of four million.")


@exercise(
    "06.4",
    "A sort key for a chat",
    stars=2,
    hints=(
        "Compare the keys of numbers 9 and 10 as text. Then compare two times, one of which has "
        "no fraction of a second: print both with isoformat().",
        "Every part needs a fixed width: isoformat(timespec='milliseconds'), and a number "
        "padded with zeros.",
    ),
)
def chat_key(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `sort_key`, not {attempt!r}.")
    whole = datetime(2026, 11, 24, 9, tzinfo=UTC)
    key = attempt(whole, 7)
    if not isinstance(key, str):
        return not_yet(f"A sort key of type string is text; you gave {key!r}.")
    if attempt(whole, 7) == attempt(whole, 8):
        return not_yet("Messages 7 and 8 of one millisecond get the same key: one would be lost.")
    if not attempt(whole, 9) < attempt(whole, 10):
        return not_yet(
            f"Message 10 sorts before message 9: {attempt(whole, 10)!r} < {attempt(whole, 9)!r}, "
            "since text compares sign by sign. Give every number the same width."
        )
    later = whole + timedelta(milliseconds=500)
    if not attempt(whole, 10) < attempt(later, 9):
        return not_yet(
            f"{attempt(later, 9)!r} sorts before {attempt(whole, 10)!r}, though it is half a "
            "second later. Look at where the two first differ: is the time in front, and is the "
            "fraction written even when it is zero?"
        )
    moments = [(whole + timedelta(milliseconds=m), n) for m, n in _moments()]
    if sorted(moments) != sorted(moments, key=lambda moment: attempt(*moment)):
        return not_yet(
            "The order breaks for some of 200 messages of a year. Is every part of the time "
            "written at full width, the year first, down to the millisecond?"
        )
    return right("200 messages of a year, in order as text as they are in time.")


@exercise(
    "06.5",
    "Views of an hour",
    stars=3,
    hints=(
        "What do you know when a view arrives? An update must name the whole key of one item.",
        "Which of the three attributes changes with every view? See 'What a composite key cannot "
        "do'.",
        "hour and imageId are known and never change. Which is what you ask by, exactly?",
    ),
)
def trending(attempt: Any) -> Verdict:
    match _pair(attempt):
        case ("hour", "imageId"):
            return right(
                "One update reaches the counter, and the hour is one query. The order by views "
                "is an index's work: there `views` may change, for DynamoDB moves the entry."
            )
        case (partition, "views") if partition in ("hour", "imageId"):
            return not_yet(
                "With views as sort key the order would come free. But every view changes it, and "
                "DynamoDB refuses: 'Cannot update attribute views. This attribute is part of the "
                "key'. And before each update you would have to know the old count."
            )
        case ("imageId", "hour"):
            return not_yet(
                "One update reaches the counter: right. But a query begins with an imageId, so it "
                "answers 'the hours of image i'. To compare the images of one hour you would have "
                "to scan. Which attribute do you know when you ask for an hour?"
            )
        case ("hour", None):
            return not_yet("One item an hour: the counters of all images would be one item.")
        case ("imageId", None):
            return not_yet("One item an image: its next hour would count on top of the last.")
        case None:
            return not_yet(
                'The attempt should look like {"partition": "…", "sort": "…"}, with two of hour, '
                "imageId, views."
            )
    return not_yet(
        "Begin with the update: it must name the whole key, so both parts must be known when a "
        "view arrives, and stay what they are. See 'What a composite key cannot do'."
    )


def _pair(attempt: Any) -> tuple[Any, Any] | None:
    if isinstance(attempt, Mapping) and "partition" in attempt:
        return attempt["partition"], attempt.get("sort")
    return None


def _moments() -> list[tuple[int, int]]:
    dice = random.Random(6)
    return [(dice.randrange(365 * 86_400_000), dice.randrange(10_000)) for _ in range(200)]


def _group_of(count: int) -> tuple[Any, list[dict[str, Any]]]:
    """A fresh table with `count` cats and as many dogs, and a list that fills with what is read."""
    dynamodb = boto3.resource("dynamodb")
    name = "Exercise-06-3"
    if name in dynamodb.meta.client.list_tables()["TableNames"]:
        dynamodb.Table(name).delete()
    images = dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "groupId", "KeyType": "HASH"},
            {"AttributeName": "uploadedKey", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "groupId", "AttributeType": "S"},
            {"AttributeName": "uploadedKey", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    with images.batch_writer() as batch:
        for group in ("cats", "dogs"):
            for n in range(count):
                key = f"2026-11-{n + 1:02}T08:00:00.000Z#{n:04}"
                batch.put_item({"groupId": group, "uploadedKey": key, "title": f"{group} {n}"})
    requests: list[dict[str, Any]] = []
    for operation in ("Query", "Scan"):
        images.meta.client.meta.events.register(
            f"after-call.dynamodb.{operation}",
            lambda parsed, model, **_: requests.append({**parsed, "operation": model.name}),
        )
    return images, requests
