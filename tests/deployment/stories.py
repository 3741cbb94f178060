"""One short story for each thing that a role's permission is for. A story that fails asserts."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

from websockets.sync.client import ClientConnection

from serverless_app.local.udagram import Udagram, jpeg, said

Story = Callable[[Udagram], None]
PICTURE = jpeg(64, 64)


def ready_image(ada: Udagram) -> dict[str, Any]:
    """An uploaded image, its thumbnail made, all consumers done."""
    image = ada.upload(ada.group()["groupId"], PICTURE, title="A fox")
    ada.cloud.drain()
    return image


def got(ada: Udagram, path: str) -> dict[str, Any]:
    """What the API gives."""
    answer = ada.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shows(ada: Udagram, url: str) -> bool:
    """Whether a presigned address gives its object."""
    return ada.http.get(url).status_code == 200


def heard(socket: ClientConnection, *, within: float = 1) -> Any:
    """What has come to a watcher by now, or comes within some seconds; or None."""
    try:
        return said(socket, seconds=within)
    except TimeoutError:
        return None


def waiting(ada: Udagram, queue: str) -> int:
    """How many messages a queue has."""
    with closing(ada.cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName=f"udagram-{queue}-dev")["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


def objects(ada: Udagram) -> list[str]:
    """The names of what is in the bucket."""
    with closing(ada.cloud.client("s3")) as s3:
        found = s3.list_objects_v2(Bucket="udagram-images-dev-123456789012")
        return [each["Key"] for each in found.get("Contents", [])]


def watches(ada: Udagram) -> int:
    """How many groups are watched by whom, in all."""
    with closing(ada.cloud.client("dynamodb")) as dynamodb:
        return int(dynamodb.scan(TableName="Connections-dev", Select="COUNT")["Count"])


def let_somebody_vanish(ada: Udagram, group_id: str) -> None:
    """A watcher whose connection has gone without a word."""
    gone = {"connectionId": {"S": "AAAAAAAAAAAAAAA="}, "groupId": {"S": group_id}}
    with closing(ada.cloud.client("dynamodb")) as dynamodb:
        dynamodb.put_item(TableName="Connections-dev", Item=gone)


def was_redriven(ada: Udagram) -> bool:
    """Whether a stream's consumer gave something up, and its failure queue had to do it."""
    return any(hop.target == "redriveFailures" for hop in ada.cloud.trace.hops())


def poisoned(ada: Udagram, function: str) -> None:
    """Let a consumer give up what comes next: it goes to the failure queue."""
    ada.cloud.faults.poison(function, times=50)


def redriven(ada: Udagram) -> None:
    """Let the failure queue do what was given up."""
    ada.cloud.drain()
    ada.cloud.faults.clear()
    ada.cloud.drain()


# -- the REST API ----------------------------------------------------------------------------


def a_group_is_created(ada: Udagram) -> None:
    answer = ada.call("POST", "/groups", {"name": "Cats", "description": ""})
    assert answer.status_code == 201


def groups_are_listed(ada: Udagram) -> None:
    assert got(ada, "/groups") == {"items": []}


def an_image_is_promised(ada: Udagram) -> None:
    ada.create_image(ada.group()["groupId"], len(PICTURE))


def a_file_is_uploaded(ada: Udagram) -> None:
    created = ada.create_image(ada.group()["groupId"], len(PICTURE))
    assert ada.put(created, PICTURE).status_code == 200


def an_empty_group_is_listed(ada: Udagram) -> None:
    assert got(ada, f"/groups/{ada.group()['groupId']}/images") == {"items": []}


def images_are_listed_by_title(ada: Udagram) -> None:
    assert got(ada, f"/groups/{ada.group()['groupId']}/images?order=title") == {"items": []}


def a_listed_thumbnail_is_shown(ada: Udagram) -> None:
    listed = got(ada, f"/groups/{ready_image(ada)['groupId']}/images")["items"]
    assert shows(ada, listed[0]["thumbnailUrl"])


def an_image_is_shown(ada: Udagram) -> None:
    item = got(ada, f"/images/{ready_image(ada)['imageId']}")["item"]
    assert shows(ada, item["url"])
    assert shows(ada, item["thumbnailUrl"])


def an_image_is_deleted(ada: Udagram) -> None:
    image = ready_image(ada)
    assert ada.call("DELETE", f"/images/{image['imageId']}").status_code == 204
    assert objects(ada) == []


def a_view_is_recorded(ada: Udagram) -> None:
    image = ada.create_image(ada.group()["groupId"], 1)["newItem"]
    assert ada.call("POST", f"/images/{image['imageId']}/views").status_code == 202


def what_trends_is_shown(ada: Udagram) -> None:
    views_are_counted(ada)
    assert shows(ada, got(ada, "/trending")["items"][0]["thumbnailUrl"])


def a_search_shows_its_hits(ada: Udagram) -> None:
    ready_image(ada)
    hits = got(ada, "/search?q=fox")["items"]
    assert [shows(ada, hit["thumbnailUrl"]) for hit in hits] == [True]


# -- the WebSocket API -----------------------------------------------------------------------


def a_group_is_watched(ada: Udagram) -> None:
    with ada.watching(ada.group()["groupId"]):
        assert watches(ada) == 1


def a_group_is_watched_no_more(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    with ada.watching(group) as socket:
        socket.send(json.dumps({"action": "unwatch", "groupId": group}))
        assert heard(socket, within=20) == {"type": "unwatched", "groupId": group}
        assert watches(ada) == 0


def who_leaves_is_forgotten(ada: Udagram) -> None:
    with ada.watching(ada.group()["groupId"]):
        pass
    ada.cloud.drain()
    assert watches(ada) == 0


# -- uploads ---------------------------------------------------------------------------------


def an_upload_becomes_ready(ada: Udagram) -> None:
    image = ready_image(ada)
    assert got(ada, f"/images/{image['imageId']}")["item"]["state"] == "READY"


def a_rejected_file_leaves_nothing(ada: Udagram) -> None:
    ada.upload(ada.group()["groupId"], b"no picture")
    ada.cloud.drain()
    assert objects(ada) == []
    assert waiting(ada, "dead-letters") == 0


def an_object_that_went_before_its_event_came_is_no_failure(ada: Udagram) -> None:
    event = {"Records": [{"s3": {"object": {"key": "images/long-gone"}}}]}
    with closing(ada.cloud.client("lambda")) as functions:
        answer = functions.invoke(FunctionName="udagram-dev-onUpload", Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()


def a_promise_that_was_not_kept_is_swept_away(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    ada.create_image(group, 1)
    ada.cloud.clock.advance(hours=3)
    ada.cloud.drain()
    assert got(ada, f"/groups/{group}/images") == {"items": []}


def an_upload_whose_event_was_lost_is_finished_by_the_sweep(ada: Udagram) -> None:
    ada.cloud.faults.fail("onUpload", times=3)
    image = ready_image(ada)
    ada.cloud.clock.advance(hours=3)
    ada.cloud.drain()
    assert got(ada, f"/images/{image['imageId']}")["item"]["state"] == "READY"


# -- streams ---------------------------------------------------------------------------------


def a_new_image_is_found(ada: Udagram) -> None:
    ready_image(ada)
    assert not was_redriven(ada)
    assert got(ada, "/search?q=fox")["total"] == 1


def a_deleted_image_is_found_no_more(ada: Udagram) -> None:
    image = ready_image(ada)
    ada.call("DELETE", f"/images/{image['imageId']}")
    ada.cloud.drain()
    assert not was_redriven(ada)
    assert got(ada, "/search?q=fox")["total"] == 0


def a_watcher_is_told(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    with ada.watching(group) as socket:
        ada.upload(group, PICTURE)
        ada.cloud.drain()
        assert not was_redriven(ada)
        news = heard(socket)
        assert news is not None
        assert shows(ada, news["image"]["url"])
        assert shows(ada, news["image"]["thumbnailUrl"])


def a_watcher_who_vanished_is_forgotten(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    let_somebody_vanish(ada, group)
    ada.upload(group, PICTURE)
    ada.cloud.drain()
    assert not was_redriven(ada)
    assert watches(ada) == 0


def views_are_counted(ada: Udagram) -> None:
    image = ready_image(ada)
    ada.call("POST", f"/images/{image['imageId']}/views")
    ada.cloud.drain()
    assert not was_redriven(ada)
    assert [item["views"] for item in got(ada, "/trending")["items"]] == [1]


def a_change_is_redriven_into_the_index(ada: Udagram) -> None:
    poisoned(ada, "indexImages")
    ready_image(ada)
    redriven(ada)
    assert got(ada, "/search?q=fox")["total"] == 1


def a_deletion_is_redriven_into_the_index(ada: Udagram) -> None:
    image = ready_image(ada)
    poisoned(ada, "indexImages")
    ada.call("DELETE", f"/images/{image['imageId']}")
    redriven(ada)
    assert got(ada, "/search?q=fox")["total"] == 0


def news_is_redriven(ada: Udagram) -> None:
    poisoned(ada, "notifyWatchers")
    group = ada.group()["groupId"]
    with ada.watching(group) as socket:
        ada.upload(group, PICTURE)
        redriven(ada)
        news = heard(socket)
        assert news is not None
        assert shows(ada, news["image"]["url"])
        assert shows(ada, news["image"]["thumbnailUrl"])


def news_is_redriven_and_who_vanished_is_forgotten(ada: Udagram) -> None:
    poisoned(ada, "notifyWatchers")
    group = ada.group()["groupId"]
    let_somebody_vanish(ada, group)
    ada.upload(group, PICTURE)
    redriven(ada)
    assert watches(ada) == 0


def views_are_redriven(ada: Udagram) -> None:
    poisoned(ada, "countViews")
    image = ready_image(ada)
    ada.call("POST", f"/images/{image['imageId']}/views")
    redriven(ada)
    assert [item["views"] for item in got(ada, "/trending")["items"]] == [1]
