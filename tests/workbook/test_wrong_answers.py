"""The commonest wrong answers, each met with the sentence that tells why it is wrong."""

from datetime import datetime
from typing import Any

import exercises
import pytest
from boto3.dynamodb.conditions import Attr, Key


def _scans(images: Any, group: str) -> list[str]:
    found = images.scan(FilterExpression=Attr("groupId").eq(group))["Items"]
    found.sort(key=lambda item: item["uploadedKey"], reverse=True)
    return [item["title"] for item in found[:2]]


def _takes_the_oldest(images: Any, group: str) -> list[str]:
    page = images.query(KeyConditionExpression=Key("groupId").eq(group), Limit=2)
    return [item["title"] for item in page["Items"]]


def _reads_all_thirty(images: Any, group: str) -> list[str]:
    page = images.query(KeyConditionExpression=Key("groupId").eq(group), ScanIndexForward=False)
    return [item["title"] for item in page["Items"][:2]]


def _forgets_to_return(images: Any, group: str) -> None:
    _reads_all_thirty(images, group)


def _drops_a_zero_fraction(sent_at: datetime, number: int) -> str:
    return f"{sent_at.isoformat().replace('+00:00', 'Z')}#{number:04}"


WRONG: list[tuple[str, Any, str]] = [
    ("06.1", 5, "You counted the writes"),
    ("06.1", 2, "both parts together"),
    ("06.1", 3, "The title is no part of the key"),
    ("06.2", {"partition": "connectionId", "sort": "groupId"}, "Turn the pair round"),
    ("06.2", {"partition": "groupId", "sort": "connectedAt"}, "the second replaces the first"),
    ("06.2", {"partition": "groupId", "sort": "userId"}, "the second replaces the first"),
    ("06.2", {"partition": "connectionId"}, "one group only"),
    ("06.3", _scans, "You scanned: 60 items read, dogs included"),
    ("06.3", _takes_the_oldest, "oldest two"),
    ("06.3", _reads_all_thirty, "30 items were read to show two"),
    ("06.3", _forgets_to_return, "without `return`"),
    ("06.4", lambda sent_at, number: f"{sent_at.isoformat()}#{number}", "same width"),
    ("06.4", _drops_a_zero_fraction, "fraction"),
    ("06.4", lambda sent_at, number: sent_at.isoformat(), "same key"),
    ("06.4", lambda sent_at, number: sent_at, "is text"),
    ("06.5", {"partition": "hour", "sort": "views"}, "This attribute is part of the key"),
    ("06.5", {"partition": "imageId", "sort": "hour"}, "you would have to scan"),
    ("06.5", {"partition": "hour"}, "would be one item"),
]


@pytest.mark.parametrize(
    ("id", "attempt", "why"), WRONG, ids=[f"{id} {why[:30]}" for id, _, why in WRONG]
)
def test_a_common_mistake_is_told_why(lab: object, id: str, attempt: Any, why: str) -> None:
    verdict = exercises.judge(id, attempt)
    assert not verdict.done
    assert why in verdict.says


def test_every_exercise_has_two_common_mistakes_here() -> None:
    exercises.progress()  # loads them all
    counted = [id for id, _, _ in WRONG]
    assert {id for id in exercises.EXERCISES if counted.count(id) < 2} == set()
