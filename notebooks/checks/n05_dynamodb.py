"""Judges of notebook 05: what a table takes, what reads and modes cost, and writes that hold."""

from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError
from exercises import Verdict, exercise, not_yet, right

_WHY_NOT = {
    "B": "B's id is a number; the key was declared a string",
    "C": "C has no id",
    "E": "E's id is empty, and a key may not be",
}
_WHY = {
    "A": "A has the key, and an item needs nothing more",
    "D": "D has the key; what a list holds, and in which mixture, is its own affair",
    "F": "F has the key; an attribute that is no key may be empty",
}


@exercise(
    "05.1",
    "Which of them fit?",
    stars=1,
    hints=(
        "Ask each item one question: is there an `id`, a string with at least one character?",
        "Try them: `things.put_item(Item=…)` in a cell of its own, with `refused()` around it.",
    ),
)
def fitting(attempt: Any) -> Verdict:
    letters = set("".join(attempt) if isinstance(attempt, (list, tuple, set)) else str(attempt))
    letters = {letter.upper() for letter in letters if letter.isalpha()}
    if not letters or not letters <= set("ABCDEF"):
        return not_yet('Hand in the letters of the items that fit, for example "ABC".')
    wrong = [_WHY_NOT[letter] for letter in sorted(letters & set(_WHY_NOT))]
    missed = [_WHY[letter] for letter in sorted(set(_WHY) - letters)]
    if not wrong and not missed:
        return right("A table looks at the key, and at nothing else.")
    says = ["Refused: " + "; ".join(wrong) + "."] if wrong else []
    says += ["Taken all the same: " + "; ".join(missed) + "."] if missed else []
    return not_yet(" ".join(says))


@exercise(
    "05.2",
    "The price of a read",
    stars=1,
    hints=(
        "One read unit is a strong read of up to 4 KB. How many times 4 KB do 10 KB begin?",
        "10 KB → 12 KB → 3. The eventual read is half of that, the transactional one twice.",
    ),
)
def price_of_a_read(attempt: Any) -> Verdict:
    ways = ("strong", "eventual", "transactional")
    if not isinstance(attempt, Mapping) or set(attempt) != set(ways):
        return not_yet('Hand in a dict with three numbers: "strong", "eventual", "transactional".')
    given = tuple(attempt[way] for way in ways)
    if given == (3, 1.5, 6):
        return right("10 KB count as 12; a projection of one attribute would cost the same.")
    if given[0] == 2.5:
        return not_yet(
            "You divided 10 by 4. Each read is rounded up to whole units of 4 KB before anything "
            "else: 10 KB are charged as 12."
        )
    if given[0] == 10:
        return not_yet("That is by 1 KB, the size of a *write* unit. A read unit reaches 4 KB.")
    if given[0] == 3 and given[1] in (1, 2):
        return not_yet("Strong is right. An eventual read is half of it, and halves stay: 1.5.")
    if given[:2] == (3, 1.5):
        return not_yet(
            "Strong and eventual are right. A transaction reads everything twice, to prepare and "
            "to commit: twice the strong read."
        )
    return not_yet("Begin with the strong read: 10 KB in steps of 4 KB. See 'What a read costs'.")


@exercise(
    "05.3",
    "Which mode?",
    stars=2,
    hints=(
        "Provisioned is paid for the peak, all month; on-demand for what you use. Which share of "
        "its peak does each table use?",
        "Average by peak: 6/1000, 400/410, 40/100. The plot 'Which is cheaper?' has the line.",
    ),
)
def modes(attempt: Any) -> Verdict:
    names = ("exams", "sensors", "shop")
    if not isinstance(attempt, Mapping) or set(attempt) != set(names):
        return not_yet('Hand in a dict: {"exams": …, "sensors": …, "shop": …}.')
    given = {name: str(attempt[name]).casefold().replace("_", "-") for name in names}
    if not set(given.values()) <= {"on-demand", "provisioned"}:
        return not_yet('Each value is "on-demand" or "provisioned".')
    if given["exams"] == "provisioned":
        return not_yet(
            "exams: 1,000 write units stand ready 730 hours a month (474 dollars) for four hours "
            "of use. It uses 0.6 % of what it pays for; on-demand it costs about 10 dollars."
        )
    if given["sensors"] == "on-demand":
        return not_yet(
            "sensors: a load that never sleeps uses 98 % of its peak. On-demand costs 657 dollars "
            "a month, 410 provisioned units 195."
        )
    if given["shop"] == "on-demand":
        return not_yet(
            "shop: it feels uneven, but 40 of 100 is 40 %, above the line at 29 %. On-demand 66 "
            "dollars a month, provisioned 47."
        )
    return right("0.6 %, 98 % and 40 % of the peak, with the line at 29 %.")


@exercise(
    "05.4",
    "May it be late?",
    stars=2,
    hints=(
        "Suppose the read is half a second behind. Who is harmed, and can it be undone?",
        "Two of them only show something. The other two act on what they read.",
    ),
)
def lateness(attempt: Any) -> Verdict:
    answers = {"gallery": "eventual", "stock": "strong", "own_delete": "strong"}
    answers["report"] = "eventual"
    if not isinstance(attempt, Mapping) or set(attempt) != set(answers):
        return not_yet(f'Hand in a dict with "eventual" or "strong" for each of {list(answers)}.')
    if set(map(str, attempt.values())) == {"strong"}:
        return not_yet(
            "Strong everywhere is never wrong and costs twice: a gallery is read a thousand times "
            "for each write. Which of the four only show something?"
        )
    reasons = {
        "gallery": "gallery: a photograph that shows half a second later harms nobody; half price.",
        "stock": "stock: from a number that is behind, two buyers get one ticket.",
        "own_delete": "own_delete: a file that is removed on old news does not come back.",
        "report": "report: yesterday has long caught up.",
    }
    wrong = [reasons[name] for name in answers if attempt[name] != answers[name]]
    if wrong:
        return not_yet(" ".join(wrong))
    return right(
        "Strong where you act on what you read. For `stock` even that is not enough: a condition "
        "on the write is."
    )


@exercise(
    "05.5",
    "One like a person",
    stars=3,
    hints=(
        "Between a read and a write of yours another person may come. Which single call looks and "
        "changes in one go?",
        "Keep who liked in the item: a set, `likers`. `ADD likers :who` adds to it. A condition "
        "can ask `NOT contains(likers, :user)`.",
        "When the condition fails the person has liked already: catch "
        "images.meta.client.exceptions.ConditionalCheckFailedException and do nothing.",
    ),
)
def one_like(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `like`, not {attempt!r}.")
    images = _table("Exercise-05-5")
    images.put_item(Item={"id": "img-1", "title": "Asleep"})
    try:
        attempt(images, "img-1", "ada")
    except ClientError as error:
        return _first_like_refused(error)
    item = images.get_item(Key={"id": "img-1"})["Item"]
    if "title" not in item:
        return not_yet("The like replaced the item: its title is gone. Update it, don't put it.")
    if item.get("likes") != 1:
        return not_yet(f"After one like, `likes` is {item.get('likes', 'not there')}, not 1.")
    try:
        attempt(images, "img-1", "ada")
    except images.meta.client.exceptions.ConditionalCheckFailedException:
        return not_yet(
            "The condition holds the second like back: right. But it reaches the caller as an "
            "error, and to like twice is none. Catch it."
        )
    if _likes(images) != 1:
        return not_yet(
            "Ada liked twice and was counted twice. The item must know who has liked it, and the "
            "write must ask."
        )
    _let_in_at_the_worst_moment(images)
    attempt(images, "img-1", "grace")
    if _likes(images) != 3:
        return not_yet(
            f"Linus liked the image between your read and your write, and his like is lost: "
            f"{_likes(images)} likes of 3 people. A number read before is old when you write it. "
            "Let the write itself add (ADD likes :one) and carry the condition."
        )
    other = boto3.resource("dynamodb").Table(images.name)
    _at_the_worst_moment(images, lambda: attempt(other, "img-1", "joan"))
    attempt(images, "img-1", "joan")
    if _likes(images) != 4:
        return not_yet(
            "Joan's finger slipped: two likes of hers at the same time. Both looked before either "
            f"wrote, so both found her name missing: {_likes(images)} likes of 4 people. An `if` "
            "in your code is over when the write comes; put the question into the write."
        )
    return right("Four people, four likes, one write each, and nobody gets in between.")


def _first_like_refused(error: ClientError) -> Verdict:
    says = error.response["Error"]["Message"]
    if "does not match the schema" in says:
        return not_yet('DynamoDB refused the key. This table\'s is `id`: Key={"id": image_id}.')
    if "does not exist in the item" in says:
        return not_yet(
            "At the first like the item has no `likes` yet, so there is nothing to add one to. "
            "ADD begins at 0 by itself."
        )
    return not_yet(f"DynamoDB refused the first like: {says}")


def _likes(images: Any) -> int:
    item = images.get_item(Key={"id": "img-1"}, ConsistentRead=True)["Item"]
    return int(item.get("likes", 0))


def _let_in_at_the_worst_moment(images: Any) -> None:
    """Linus likes too, in the form in which the attempt keeps its likers."""
    other = boto3.resource("dynamodb").Table(images.name)

    def linus() -> None:
        item = other.get_item(Key={"id": "img-1"})["Item"]
        people = set(item.get("likers", set())) | {"linus"}
        other.update_item(
            Key={"id": "img-1"},
            UpdateExpression="SET likers = :people ADD likes :one",
            ExpressionAttributeValues={":people": _as_kept(item, people), ":one": 1},
        )

    _at_the_worst_moment(images, linus)


def _at_the_worst_moment(images: Any, act: Callable[[], object]) -> None:
    """After the attempt's next read, or before its write if it reads nothing, `act`, once."""
    done: list[bool] = []

    def once(**_: Any) -> None:
        if not done:
            done.append(True)
            act()

    events = images.meta.client.meta.events
    events.register("after-call.dynamodb.GetItem", once)
    events.register("after-call.dynamodb.Query", once)
    for operation in ("UpdateItem", "PutItem", "TransactWriteItems"):
        events.register(f"before-call.dynamodb.{operation}", once)


def _as_kept(item: Mapping[str, Any], people: set[str]) -> Any:
    """The likers in the form in which the attempt keeps them: a list stays a list."""
    return sorted(people) if isinstance(item.get("likers"), list) else people


def _table(name: str) -> Any:
    dynamodb = boto3.resource("dynamodb")
    if name in dynamodb.meta.client.list_tables()["TableNames"]:
        dynamodb.Table(name).delete()
    return dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
