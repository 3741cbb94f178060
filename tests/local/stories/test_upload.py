"""The way of an upload, from the first request to the last watcher."""

from __future__ import annotations

import io

from PIL import Image

from serverless_app.local.udagram import Udagram, jpeg, said


def test_an_upload_reaches_every_watcher_with_its_thumbnail(ada: Udagram) -> None:
    group = ada.group()
    anyone = ada.anyone()
    with ada.watching(group["groupId"]) as first, anyone.watching(group["groupId"]) as second:
        image = ada.upload(group["groupId"], jpeg(640, 480))
        messages = [said(first), said(second)]
    for message in messages:
        assert message["type"] == "image.ready"
        assert message["groupId"] == group["groupId"]
        assert message["image"]["imageId"] == image["imageId"]
        assert (message["image"]["width"], message["image"]["height"]) == (640, 480)
    thumbnail = anyone.http.get(messages[0]["image"]["thumbnailUrl"])
    assert thumbnail.status_code == 200
    assert Image.open(io.BytesIO(thumbnail.content)).format == "WEBP"


def test_a_ready_image_is_shown_in_its_group_and_by_its_id(ada: Udagram) -> None:
    group = ada.group()
    content = jpeg()
    image = ada.upload(group["groupId"], content)
    ada.cloud.drain()
    listed = ada.get(f"/groups/{group['groupId']}/images")
    assert listed.status_code == 200
    assert [(item["imageId"], item["state"]) for item in listed.json()["items"]] == [
        (image["imageId"], "READY")
    ]
    shown = ada.get(f"/images/{image['imageId']}")
    assert shown.status_code == 200
    assert ada.http.get(shown.json()["item"]["url"]).content == content


def test_a_file_that_is_no_image_is_rejected_with_a_reason_and_its_watchers_are_told(
    ada: Udagram,
) -> None:
    group = ada.group()
    with ada.watching(group["groupId"]) as socket:
        image = ada.upload(group["groupId"], b"not a picture at all")
        message = said(socket)
    assert message["type"] == "image.rejected"
    assert message["image"]["imageId"] == image["imageId"]
    assert message["image"]["state"] == "REJECTED"
    assert message["image"]["reason"]
    assert "thumbnailUrl" not in message["image"]


def test_an_upload_with_another_length_than_announced_is_refused(ada: Udagram) -> None:
    created = ada.create_image(ada.group()["groupId"], 1000)
    assert ada.put(created, b"x" * 1001).status_code == 403


def test_a_presigned_url_writes_once(ada: Udagram) -> None:
    content = jpeg()
    created = ada.create_image(ada.group()["groupId"], len(content))
    assert ada.put(created, content).status_code == 200
    assert ada.put(created, content).status_code == 412


def test_a_presigned_url_ends_after_five_minutes(ada: Udagram) -> None:
    content = jpeg()
    created = ada.create_image(ada.group()["groupId"], len(content))
    ada.cloud.clock.advance(minutes=5, seconds=1)
    refused = ada.put(created, content)
    assert refused.status_code == 403
    assert "AccessDenied" in refused.text


def test_a_body_that_breaks_its_schema_is_a_400_that_names_the_field(ada: Udagram) -> None:
    answer = ada.call("POST", "/groups", {"description": "Only cats."})
    assert answer.status_code == 400
    assert "name" in answer.text
    assert ada.get("/groups").json()["items"] == []


def test_an_unknown_group_answers_404(ada: Udagram) -> None:
    answer = ada.get("/groups/00000000-0000-4000-8000-000000000000/images")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "group_not_found"


def test_creating_a_group_without_a_token_is_a_401(anyone: Udagram) -> None:
    answer = anyone.call("POST", "/groups", {"name": "Cats", "description": ""})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "*"
