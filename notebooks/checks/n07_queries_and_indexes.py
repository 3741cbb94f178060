"""Judges of notebook 07: key conditions, what reads cost, whole lists, and which index."""

import re
from collections.abc import Mapping
from typing import Any

import boto3
from boto3.dynamodb.conditions import ConditionBase
from exercises import Verdict, exercise, not_yet, right

_WHY_NOT = {
    "B": "B names no partition key, so DynamoDB would not know where to look",
    "C": "C asks for `state`, which is no part of this key: a filter, not a key condition",
    "D": "D asks a range of the partition key; hashes have no order, so it takes `=` only",
}
_WHY = {
    "A": "A: the partition key exactly, then a comparison of the sort key",
    "E": "E: the partition key alone; a condition on the sort key is optional",
    "F": "F: the partition key exactly, then a prefix of the sort key",
}


@exercise(
    "07.1",
    "Key or filter?",
    stars=1,
    hints=(
        "First look for the partition key: is `groupId` there, with `=`?",
        "Then look at the rest: is it `uploadedKey`, with one of the operators of the table above?",
    ),
)
def key_conditions(attempt: Any) -> Verdict:
    letters = set("".join(attempt) if isinstance(attempt, (list, tuple, set)) else str(attempt))
    letters = {letter.upper() for letter in letters if letter.isalpha()}
    if not letters or not letters <= set("ABCDEF"):
        return not_yet('Hand in the letters of the key conditions, for example "AB".')
    wrong = [_WHY_NOT[letter] for letter in sorted(letters & set(_WHY_NOT))]
    missed = [_WHY[letter] for letter in sorted(set(_WHY) - letters)]
    if not wrong and not missed:
        return right("The partition key with `=`, and at most one condition on the sort key.")
    says = ["Not a key condition: " + "; ".join(wrong) + "."] if wrong else []
    says += ["One all the same: " + "; ".join(missed) + "."] if missed else []
    return not_yet(" ".join(says))


@exercise(
    "07.2",
    "Price it first",
    stars=2,
    hints=(
        "Price what is read: all 300 images, whole. How many bytes is that?",
        "210,000 bytes in steps of 4,096, rounded up once; then half, for an eventual read.",
        "query_units([700] * 300)",
    ),
)
def price(attempt: Any) -> Verdict:
    if isinstance(attempt, bool) or not isinstance(attempt, (int, float)):
        return not_yet("Hand in one number, the read units of the whole query.")
    if attempt == 26:
        return right("210,000 bytes, 52 steps of 4 KB, half of it. Five images came back.")
    if attempt <= 2.5:
        return not_yet(
            "You priced the five images that come back. The filter and the projection work after "
            "the read: all 300 images were read, whole."
        )
    if attempt == 52:
        return not_yet("That is the strongly consistent read. An eventual one takes half.")
    if attempt in (150, 300):
        return not_yet(
            "You rounded each image up to 4 KB. A query adds the sizes first and rounds once: 300 "
            "small images share their units. (BatchGetItem rounds each.)"
        )
    if 25.5 < attempt < 26:
        return not_yet("Nearly: units are whole before they are halved. Round 51.3 up first.")
    if attempt in (103, 103.0, 102.5, 206, 205):
        return not_yet("You took steps of 1 KB, the write unit. A read unit reaches 4 KB.")
    return not_yet("Bytes read, in steps of 4,096, rounded up once, then half. How many bytes?")


@exercise(
    "07.3",
    "Find the partition",
    stars=2,
    hints=(
        "What is the partition key of ByUnfinished? Look at 'An index that holds twelve'.",
        "Two parts, joined by AND: unfinishedShelf with =, uploadedKey with <.",
    ),
)
def find_the_partition(attempt: Any) -> Verdict:
    if isinstance(attempt, ConditionBase):
        return not_yet(
            "A program would write it so, with Key(…). Here write it as text, as DynamoDB reads "
            'it: "… = … AND … < …".'
        )
    asked = " ".join(str(attempt).replace('"', "").replace("'", "").split())
    if not re.search(r"[a-zA-Z]\w+ ?(=|<|>|between)|begins_with", asked, re.I):
        return not_yet('Hand in a condition as text, such as "groupId = cats".')
    if re.search(r"\bstate\b", asked):
        return not_yet(
            "`state = PENDING` is a filter expression: it runs after the read. The question asks "
            "for the condition with which DynamoDB finds the partition; which attribute is the "
            'partition key of the index? (hint: `hint("07.3")`)'
        )
    if "groupId" in asked:
        return not_yet(
            "groupId is the partition key of the table. This query asks an index, which has a "
            "partition key of its own; and the sweep wants all groups."
        )
    shelf = re.search(r"unfinishedShelf ?(\S+?) ?(\d+)", asked)
    if not shelf:
        return not_yet(
            "The partition key is missing: without it DynamoDB does not know where to look, even "
            "in an index. Which attribute is it?"
        )
    if shelf[1] != "=" or shelf[2] != "2":
        return not_yet("The partition key takes `=`, and shelf 2 was asked.")
    if "uploadedKey" not in asked:
        return not_yet("That finds all of shelf 2. Now bound the sort key: before November 2026.")
    if re.search(r"uploadedKey ?< ?2026-11(-01)?$", asked):
        return right(
            "Partition exactly, then a range: the sweep reads what is old and unfinished, and "
            "nothing else."
        )
    if re.search(r"uploadedKey ?<= ?2026-10", asked) or "begins_with" in asked:
        return not_yet(
            "Text order: 2026-10-17… is longer than 2026-10, so it comes after it, and October "
            "would be missing; a prefix finds one month only. Ask for what is less than November."
        )
    return not_yet("The partition is right. Before November: less than the text 2026-11.")


@exercise(
    "07.4",
    "All of them",
    stars=3,
    hints=(
        "One query of ByTitle gives the first page. What in the answer says that there is more?",
        "Loop: give page['LastEvaluatedKey'] back as ExclusiveStartKey until there is none.",
        "titleKey holds the title in small letters: compare it with prefix.casefold().",
    ),
)
def all_titles(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `titles`, not {attempt!r}.")
    images, looked = _paged_table()
    answer = attempt(images, "cats", "Cat")
    if answer is None:
        return not_yet("Your function ends without `return`, so it answers None.")
    answer, wanted = list(answer), [f"Cat {n:02}" for n in range(60)]
    if looked["Scan"]:
        return not_yet("You scanned the whole table. `ByTitle` is asked by `query`.")
    if not answer:
        return not_yet(
            "Nothing found for the prefix 'Cat'. `ByTitle` sorts by titleKey, where a title stands "
            "in small letters: prefix.casefold()."
        )
    if len(answer) < 60 and set(answer) <= set(wanted):
        return not_yet(
            f"{len(answer)} of 60: that is the first page. Go on from LastEvaluatedKey until an "
            "answer has none."
        )
    if len(answer) != len(set(answer)):
        return not_yet("Some titles come twice: each page must start where the last one stopped.")
    if sorted(answer) == wanted and answer != wanted:
        return not_yet("All 60, in another order: ask the index ByTitle, which has the order.")
    if answer != wanted:
        return not_yet(f"Expected 'Cat 00' to 'Cat 59' in order; you gave {answer[:3]!r} …")
    if looked["Query"] > 60:
        return not_yet(
            f"The right titles, but {looked['Query']} images were read for 60: a filter, or a sort "
            "in Python. Let the key condition of ByTitle find the run that begins with the prefix."
        )
    return right("60 titles, 60 read, over three pages.")


@exercise(
    "07.5",
    "Which index?",
    stars=3,
    hints=(
        "For each question: what is known exactly? If that is the table's partition key, no GSI "
        "is needed.",
        "gone knows the connectionId only. oldest knows the group and wants another order, never "
        "late. census is asked once a year; an index is paid for with every write.",
    ),
)
def which_index(attempt: Any) -> Verdict:
    answers = {"watchers": "table", "gone": "GSI", "oldest": "LSI", "census": "scan"}
    if not isinstance(attempt, Mapping) or set(attempt) != set(answers):
        return not_yet(f"Hand in a dict with an answer for each of {list(answers)}.")
    given = {name: str(value) for name, value in attempt.items()}
    if not {value.casefold() for value in given.values()} <= {"table", "lsi", "gsi", "scan"}:
        return not_yet('Each answer is one of "table", "LSI", "GSI", "scan".')
    reasons = {
        "watchers": "watchers: groupId is the table's own partition key; an index would cost "
        "every write and give nothing.",
        "gone": "gone: the connectionId is known, the groups are not. That is another partition "
        "key, so a GSI; an LSI keeps the table's partition key, and a scan reads everyone.",
        "oldest": "oldest: the same partition key, another order: an LSI. A GSI could sort it, "
        "too, but is read eventually only; the table's order is by connectionId.",
        "census": "census: once a year a scan is the cheapest; an index for it would be written "
        "with every connection.",
    }
    wrong = [
        reasons[name] for name in answers if given[name].casefold() != answers[name].casefold()
    ]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("Known exactly → partition key; another order → LSI; another key → GSI.")


def _paged_table() -> tuple[Any, dict[str, int]]:
    """60 cats and 40 others in pages of 25 at most; and how many items were looked at, so far."""
    dynamodb = boto3.resource("dynamodb")
    name = "Exercise-07-4"
    if name in dynamodb.meta.client.list_tables()["TableNames"]:
        dynamodb.Table(name).delete()
    names = ("groupId", "uploadedKey", "titleKey")
    by = [{"AttributeName": "groupId", "KeyType": "HASH"}]
    images = dynamodb.create_table(
        TableName=name,
        KeySchema=[*by, {"AttributeName": "uploadedKey", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        LocalSecondaryIndexes=[
            {
                "IndexName": "ByTitle",
                "KeySchema": [*by, {"AttributeName": "titleKey", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    titles = [f"Cat {n:02}" for n in range(60)] + [f"Dog {n:02}" for n in range(40)]
    with images.batch_writer() as batch:
        for n, title in enumerate(titles):
            key = f"2026-01-01#{n * 37 % 100:03}"  # in another order than the titles
            named = {"title": title, "titleKey": title.casefold()}
            batch.put_item({"groupId": "cats", "uploadedKey": key, **named})
    looked = {"Query": 0, "Scan": 0}

    def limit(params: dict[str, Any], **_: Any) -> None:
        params["Limit"] = min(params.get("Limit", 25), 25)

    def count(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        looked[model.name] += parsed["ScannedCount"]

    for operation in looked:
        events = images.meta.client.meta.events
        events.register(f"provide-client-params.dynamodb.{operation}", limit)
        events.register(f"after-call.dynamodb.{operation}", count)
    return images, looked
