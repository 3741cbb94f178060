"""One call of a service at a time; deployments and snapshots alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.control_plane.locks import Locks


def test_of_many_conditional_writes_at_once_one_succeeds(plane: ControlPlane, images: str) -> None:
    client = plane.client("dynamodb")

    def claim(_: int) -> bool:
        try:
            client.put_item(
                TableName=images,
                Item={"g": {"S": "1"}, "k": {"S": "1"}},
                ConditionExpression="attribute_not_exists(g)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(claim, range(64))) == 1


def test_counters_lose_no_update(plane: ControlPlane, images: str) -> None:
    client = plane.client("dynamodb")
    key = {"g": {"S": "1"}, "k": {"S": "1"}}

    def count(_: int) -> Any:
        return client.update_item(
            TableName=images,
            Key=key,
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(100)))
    assert client.get_item(TableName=images, Key=key)["Item"]["n"] == {"N": "100"}


def test_everything_waits_for_calls_that_run_and_keeps_out_those_that_come() -> None:
    locks, order = Locks(), list[str]()
    inside, leave, asking = threading.Event(), threading.Event(), threading.Event()

    def call() -> None:
        with locks.service("s3"):
            inside.set()
            leave.wait(5)
            order.append("call")

    def deploy() -> None:
        inside.wait(5)
        asking.set()
        with locks.everything(), locks.service("s3"):
            order.append("deploy")

    threads = [threading.Thread(target=call), threading.Thread(target=deploy)]
    for thread in threads:
        thread.start()
    asking.wait(5)
    leave.set()
    for thread in threads:
        thread.join(5)
    assert order == ["call", "deploy"]


def test_two_services_do_not_wait_for_each_other() -> None:
    locks, met = Locks(), threading.Barrier(2)

    def call(service: str) -> None:
        with locks.service(service):
            met.wait(5)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(call, ["s3", "sqs"]))
    assert not met.broken
