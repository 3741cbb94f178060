"""Nothing is lost silently: each fault is asked for, and the end is as if it had not been."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

from serverless_app.local.udagram import Udagram, jpeg, said


def state(api: Udagram, image: dict[str, Any]) -> str:
    return str(api.get(f"/images/{image['imageId']}").json()["item"]["state"])


def messages(api: Udagram, queue: str) -> int:
    with closing(api.cloud.client("sqs")) as sqs:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


def test_an_upload_event_that_fails_twice_is_tried_a_third_time(ada: Udagram) -> None:
    ada.cloud.faults.fail("onUpload", times=2)
    image = ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    tries = [hop.attempt for hop in ada.cloud.trace.hops() if hop.target == "onUpload"]
    assert tries == [1, 2, 3]
    assert state(ada, image) == "READY"


def test_an_upload_event_that_fails_three_times_waits_in_the_dead_letter_queue(
    ada: Udagram,
) -> None:
    ada.cloud.faults.fail("onUpload", times=3)
    image = ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    assert state(ada, image) == "PENDING"
    assert messages(ada, "udagram-dead-letters-dev") == 1


def test_a_function_that_dies_at_work_is_replaced_and_finishes(ada: Udagram) -> None:
    ada.cloud.faults.kill("onUpload", when="during")
    image = ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    assert state(ada, image) == "READY"


def test_an_upload_event_that_comes_twice_changes_nothing_the_second_time(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    ada.cloud.faults.duplicate("onUpload")
    with ada.watching(group) as socket:
        image = ada.upload(group, jpeg())
        assert said(socket)["type"] == "image.ready"
        ada.cloud.drain()
        assert len([h for h in ada.cloud.trace.hops() if h.target == "onUpload"]) == 2
        ada.call("DELETE", f"/images/{image['imageId']}")
        assert said(socket)["type"] == "image.deleted"


def test_the_hourly_sweep_removes_an_item_whose_file_never_came(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    ada.create_image(group, 1000)
    ada.cloud.clock.advance(hours=3)
    ada.cloud.drain()
    assert ada.get(f"/groups/{group}/images").json()["items"] == []


def test_the_hourly_sweep_finishes_an_upload_whose_event_was_lost(ada: Udagram) -> None:
    ada.cloud.faults.fail("onUpload", times=3)
    image = ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    assert state(ada, image) == "PENDING"
    ada.cloud.clock.advance(hours=3)
    ada.cloud.drain()
    assert state(ada, image) == "READY"


def test_a_change_that_its_consumer_cannot_take_is_redriven_from_the_failure_queue(
    ada: Udagram,
) -> None:
    ada.cloud.faults.poison("indexImages", times=50)
    ada.upload(ada.group()["groupId"], jpeg(), title="A stubborn fox")
    ada.cloud.drain()
    ada.cloud.faults.clear()
    ada.cloud.drain()
    redriven = [hop for hop in ada.cloud.trace.hops() if hop.target == "redriveFailures"]
    assert redriven
    assert ada.get("/search?q=stubborn").json()["total"] == 1
    assert messages(ada, "udagram-stream-failures-dev") == 0


def test_a_view_that_is_delivered_twice_counts_once(ada: Udagram) -> None:
    image = ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    ada.cloud.faults.duplicate("countViews")
    ada.call("POST", f"/images/{image['imageId']}/views")
    ada.cloud.drain()
    consumed = [hop for hop in ada.cloud.trace.hops() if hop.target == "countViews"]
    assert len(consumed) >= 2
    assert [item["views"] for item in ada.get("/trending").json()["items"]] == [1]


def test_a_throttled_table_is_asked_again(ada: Udagram) -> None:
    ada.cloud.faults.throttle("dynamodb", "PutItem", resource="Groups-dev")
    answer = ada.call("POST", "/groups", {"name": "Cats", "description": "Only cats."})
    assert answer.status_code == 201
    puts = [hop for hop in ada.cloud.trace.hops() if hop.operation == "PutItem"]
    assert [hop.outcome for hop in puts] == ["refused", "ok"]


def test_a_table_that_stays_throttled_is_a_503_that_says_when_to_come_back(ada: Udagram) -> None:
    ada.cloud.faults.throttle("dynamodb", "PutItem", resource="Groups-dev", times=3)
    answer = ada.call("POST", "/groups", {"name": "Cats", "description": "Only cats."})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "error": {
            "code": "throttled",
            "message": "Too much is asked for just now. Please try again.",
            "details": {"retryAfter": 1},
        }
    }
    assert ada.get("/groups").json()["items"] == []


def test_one_trace_id_leads_from_the_put_to_the_last_consumer(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    content = jpeg()
    created = ada.create_image(group, len(content))
    root = "1-5e1b4151-43a0913a12345678901234ab"
    created["uploadHeaders"]["X-Amzn-Trace-Id"] = f"Root={root}"
    ada.put(created, content)
    ada.cloud.drain()
    reached = {hop.target for hop in ada.cloud.trace.hops(root)}
    assert {"udagram-images", "onUpload", "Images", "notifyWatchers", "indexImages"} <= reached
    assert "opensearch" in reached


def test_no_log_line_carries_a_token_or_an_address(ada: Udagram) -> None:
    ada.upload(ada.group()["groupId"], jpeg())
    ada.cloud.drain()
    with closing(ada.cloud.client("logs")) as logs:
        groups = logs.describe_log_groups()["logGroups"]
        lines = [
            event["message"]
            for group in groups
            for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        ]
    text = json.dumps(lines)
    assert "REPORT RequestId" in text
    assert ada.token is not None
    assert ada.token not in text
    assert "ada@example.com" not in text
