"""Every route of the REST API: its success, its errors."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from serverless_app.handlers import rest_api
from serverless_app.wiring import App
from tests.application import ADA, NOBODY, SETTINGS, Standing, call

CATS = {"name": "Cats", "description": "Only cats."}
PICTURE = {"title": "A cat", "contentType": "image/jpeg", "size": 1234}


def group(app: App, name: str = "Cats") -> str:
    answer = call(rest_api.create_group, app, body={**CATS, "name": name}, user=ADA)
    assert answer.status == 201
    return str(answer.body["newItem"]["groupId"])


def image(app: App, group_id: str, title: str = "A cat") -> dict[str, Any]:
    body = {**PICTURE, "title": title}
    answer = call(rest_api.create_image, app, path={"groupId": group_id}, body=body, user=ADA)
    assert answer.status == 201
    new: dict[str, Any] = answer.body["newItem"]
    return new


def test_a_new_group_answers_201_and_what_was_made(app: App) -> None:
    answer = call(rest_api.create_group, app, body=CATS, user=ADA)

    assert answer.status == 201
    assert answer.body == {
        "newItem": {
            "groupId": "00000001-0000-4000-8000-000000000000",
            "name": "Cats",
            "description": "Only cats.",
            "createdAt": "2026-11-24T21:30:26.123Z",
            "owner": ADA,
        }
    }


def test_every_answer_lets_any_origin_read_it(app: App) -> None:
    fine = call(rest_api.get_groups, app)
    refused = call(rest_api.get_groups, app, query={"limit": "0"})

    assert fine.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_groups_come_newest_first(app: App, clock: Standing) -> None:
    for name in ("one", "two", "three"):
        group(app, name)
        clock.advance(seconds=1)

    answer = call(rest_api.get_groups, app)

    assert answer.status == 200
    assert [each["name"] for each in answer.body["items"]] == ["three", "two", "one"]
    assert "nextKey" not in answer.body


def test_a_next_key_continues_the_groups(app: App, clock: Standing) -> None:
    for name in ("one", "two", "three"):
        group(app, name)
        clock.advance(seconds=1)

    first = call(rest_api.get_groups, app, query={"limit": "2"})
    second = call(rest_api.get_groups, app, query={"limit": "2", "nextKey": first.body["nextKey"]})

    assert [each["name"] for each in first.body["items"]] == ["three", "two"]
    assert [each["name"] for each in second.body["items"]] == ["one"]
    assert "nextKey" not in second.body


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "٣"])
def test_a_wrong_limit_answers_400_and_names_it(app: App, limit: str) -> None:
    answer = call(rest_api.get_groups, app, query={"limit": limit})

    assert answer.status == 400
    assert answer.body["error"] == {
        "code": "invalid_parameter",
        "message": "limit must be a whole number from 1 to 100.",
        "details": {"parameter": "limit"},
    }


def test_a_mangled_next_key_answers_400(app: App) -> None:
    answer = call(rest_api.get_groups, app, query={"nextKey": "AAAA"})

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_next_key")


def test_a_new_image_answers_201_with_an_address_to_upload_to(app: App) -> None:
    group_id = group(app)

    answer = call(rest_api.create_image, app, path={"groupId": group_id}, body=PICTURE, user=ADA)

    assert answer.status == 201
    assert answer.body["newItem"] == {
        "imageId": "00000002-0000-4000-8000-000000000000",
        "groupId": group_id,
        "groupName": "Cats",
        "title": "A cat",
        "contentType": "image/jpeg",
        "size": 1234,
        "uploadedAt": "2026-11-24T21:30:26.123Z",
        "owner": ADA,
        "state": "PENDING",
    }
    assert answer.body["uploadHeaders"] == {
        "Content-Type": "image/jpeg",
        "If-None-Match": "*",
        "x-amz-meta-group-id": group_id,
        "x-amz-meta-uploaded-key": "2026-11-24T21:30:26.123Z#00000002-0000-4000-8000-000000000000",
    }
    assert answer.body["uploadUrl"].startswith(
        f"https://{SETTINGS.images_bucket}.s3.us-east-1.amazonaws.com/images/00000002-"
    )


def test_an_image_in_an_unknown_group_answers_404(app: App) -> None:
    answer = call(rest_api.create_image, app, path={"groupId": NOBODY}, body=PICTURE, user=ADA)

    assert (answer.status, answer.body["error"]["code"]) == (404, "group_not_found")


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"text"', '{"name": "\\ud800", "description": ""}']
)
def test_a_body_that_is_no_readable_object_answers_400(app: App, body: str) -> None:
    answer = call(rest_api.create_group, app, body=body, user=ADA)

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_body")


@pytest.mark.parametrize("group_id", [NOBODY, "nonsense", "../../etc/passwd"])
def test_the_list_of_an_unknown_group_answers_404(app: App, group_id: str) -> None:
    answer = call(rest_api.get_images, app, path={"groupId": group_id})

    assert (answer.status, answer.body["error"]["code"]) == (404, "group_not_found")


def test_an_empty_group_answers_200_with_nothing(app: App) -> None:
    answer = call(rest_api.get_images, app, path={"groupId": group(app)})

    assert (answer.status, answer.body) == (200, {"items": []})


def test_images_come_newest_first_oldest_first_or_by_title(app: App, clock: Standing) -> None:
    group_id = group(app)
    for title in ("banana", "Apple", "cherry"):
        image(app, group_id, title)
        clock.advance(seconds=1)

    def titles(**query: str) -> list[str]:
        answer = call(rest_api.get_images, app, path={"groupId": group_id}, query=query)
        return [each["title"] for each in answer.body["items"]]

    assert titles() == ["cherry", "Apple", "banana"]
    assert titles(order="oldest") == ["banana", "Apple", "cherry"]
    assert titles(order="title") == ["Apple", "banana", "cherry"]
    assert titles(order="title", prefix="B") == ["banana"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"order": "size"}, "order"),
        ({"prefix": "a"}, "prefix"),
        ({"order": "title", "from": "2026"}, "from"),
        ({"order": "title", "to": "2026"}, "to"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13"}, "to"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-11-24T21:30:26.123Z"}, "from"),
        ({"from": "2026-11-24 21"}, "from"),
        ({"from": "2027", "to": "2026"}, "from"),
        ({"order": "title", "prefix": "x" * 201}, "prefix"),
    ],
)
def test_a_wrong_parameter_of_the_list_answers_400(
    app: App, query: dict[str, str], named: str
) -> None:
    answer = call(rest_api.get_images, app, path={"groupId": group(app)}, query=query)

    assert answer.status == 400
    assert answer.body["error"]["details"] == {"parameter": named}


def test_a_parameter_that_means_nothing_is_ignored(app: App) -> None:
    answer = call(rest_api.get_images, app, path={"groupId": group(app)}, query={"colour": "red"})

    assert answer.status == 200


def test_another_lists_next_key_answers_400(app: App) -> None:
    group_id = group(app)
    image(app, group_id)
    image(app, group_id)
    first = call(rest_api.get_images, app, path={"groupId": group_id}, query={"limit": "1"})

    query = {"order": "oldest", "nextKey": first.body["nextKey"]}
    answer = call(rest_api.get_images, app, path={"groupId": group_id}, query=query)

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_next_key")


def test_an_image_is_found_by_its_id(app: App) -> None:
    new = image(app, group(app))

    answer = call(rest_api.get_image, app, path={"imageId": new["imageId"]})

    assert (answer.status, answer.body) == (200, {"item": new})


@pytest.mark.parametrize("handler", [rest_api.get_image, rest_api.delete_image])
@pytest.mark.parametrize("image_id", [NOBODY, "nonsense"])
def test_an_unknown_image_answers_404(app: App, handler: Any, image_id: str) -> None:
    answer = call(handler, app, path={"imageId": image_id}, user=ADA)

    assert (answer.status, answer.body["error"]["code"]) == (404, "image_not_found")


def test_somebody_elses_image_is_not_deleted(app: App) -> None:
    new = image(app, group(app))

    answer = call(rest_api.delete_image, app, path={"imageId": new["imageId"]}, user=NOBODY)

    assert (answer.status, answer.body["error"]["code"]) == (403, "not_the_owner")
    assert call(rest_api.get_image, app, path={"imageId": new["imageId"]}).body == {"item": new}


def test_the_owner_deletes_an_image(app: App) -> None:
    new = image(app, group(app))

    answer = call(rest_api.delete_image, app, path={"imageId": new["imageId"]}, user=ADA)

    assert (answer.status, answer.body) == (204, None)
    assert call(rest_api.get_image, app, path={"imageId": new["imageId"]}).status == 404


def test_a_view_answers_202_and_is_on_the_stream(app: App) -> None:
    new = image(app, group(app))

    answer = call(rest_api.record_view, app, path={"imageId": new["imageId"]})

    kinesis = boto3.client("kinesis")
    iterator = kinesis.get_shard_iterator(
        StreamName=SETTINGS.views_stream,
        ShardId="shardId-000000000000",
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert (answer.status, answer.body) == (202, {})
    assert record["PartitionKey"] == new["imageId"]


def test_search_answers_501_where_there_is_none(app: App) -> None:
    answer = call(rest_api.search_images, app, query={"q": "cat"})

    assert (answer.status, answer.body["error"]["code"]) == (501, "search_off")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "q"),
        ({"q": " "}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "x", "limit": "101"}, "limit"),
        ({"q": "x", "limit": "100", "offset": "9901"}, "offset"),
    ],
)
def test_a_wrong_search_answers_400(app: App, query: dict[str, str], named: str) -> None:
    answer = call(rest_api.search_images, app, query=query)

    assert answer.status == 400
    assert answer.body["error"]["details"] == {"parameter": named}


def test_the_status_says_who_answers_where_and_when(app: App) -> None:
    event = {"stage": "dev", "requestId": "r-1", "requestTimeEpoch": 1}

    assert rest_api.get_status(event, app=app) == {
        "service": "udagram",
        "stage": "dev",
        "region": "us-east-1",
        "requestId": "r-1",
        "time": "2026-11-24T21:30:26.123Z",
    }
