"""One image: shown, viewed, deleted by its owner alone."""

from __future__ import annotations

import pytest

from serverless_app.local.udagram import Udagram, jpeg, said

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_an_unknown_image_is_a_404(anyone: Udagram) -> None:
    answer = anyone.get(f"/images/{UNKNOWN}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "image_not_found"


def test_the_owner_deletes_everything_that_an_image_is(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    with ada.watching(group) as socket:
        image = ada.upload(group, jpeg())
        shown = said(socket)["image"]
        answer = ada.call("DELETE", f"/images/{image['imageId']}")
        assert answer.status_code == 204
        assert said(socket)["type"] == "image.deleted"
    ada.cloud.drain()
    assert ada.get(f"/images/{image['imageId']}").status_code == 404
    assert ada.get(f"/groups/{group}/images").json()["items"] == []
    # S3 says 403, not 404, of a missing key to a role that may not list the bucket ("GetObject").
    assert ada.http.get(shown["url"]).status_code == 403
    assert ada.http.get(shown["thumbnailUrl"]).status_code == 403
    assert ada.get("/search?q=cat").json()["total"] == 0


def test_another_user_may_not_delete(ada: Udagram, bob: Udagram) -> None:
    image = ada.create_image(ada.group()["groupId"], 1000)["newItem"]
    answer = bob.call("DELETE", f"/images/{image['imageId']}")
    assert answer.status_code == 403
    assert ada.get(f"/images/{image['imageId']}").status_code == 200


def test_nobody_deletes_without_a_token(ada: Udagram) -> None:
    image = ada.create_image(ada.group()["groupId"], 1000)["newItem"]
    assert ada.anyone().call("DELETE", f"/images/{image['imageId']}").status_code == 401


def test_views_make_an_image_trend(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    first, second = (ada.upload(group, jpeg(seed=n), title=f"Cat {n}") for n in (1, 2))
    ada.cloud.drain()
    for image, views in ((first, 1), (second, 3)):
        for _ in range(views):
            assert ada.call("POST", f"/images/{image['imageId']}/views").status_code == 202
    ada.cloud.drain()
    answer = ada.anyone().get("/trending")
    assert answer.status_code == 200
    assert [(item["title"], item["views"]) for item in answer.json()["items"]] == [
        ("Cat 2", 3),
        ("Cat 1", 1),
    ]


def test_a_view_of_an_image_that_is_not_there_counts_for_nothing(anyone: Udagram) -> None:
    assert anyone.call("POST", f"/images/{UNKNOWN}/views").status_code == 202
    anyone.cloud.drain()
    assert anyone.get("/trending").json()["items"] == []


@pytest.mark.parametrize(
    "change",
    [{"size": 0}, {"size": 20_000_001}, {"contentType": "image/svg+xml"}, {"title": ""}],
)
def test_an_image_that_may_not_be_uploaded_is_a_400(
    ada: Udagram, change: dict[str, object]
) -> None:
    group = ada.group()["groupId"]
    body = {"title": "A cat", "contentType": "image/jpeg", "size": 1000} | change
    assert ada.call("POST", f"/groups/{group}/images", body).status_code == 400
    assert ada.get(f"/groups/{group}/images").json()["items"] == []


def test_the_status_is_written_by_a_mapping_template(anyone: Udagram) -> None:
    answer = anyone.get("/status")
    assert answer.status_code == 200
    status = answer.json()
    assert {"service": "udagram", "stage": "dev", "region": "us-east-1"}.items() <= status.items()
    assert status["requestId"] == answer.headers["x-amzn-requestid"]
