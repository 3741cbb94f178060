"""WebSockets: who may connect, who is told, who is forgotten."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from serverless_app.local.udagram import Udagram, jpeg, said

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def watchers(api: Udagram) -> int:
    with closing(api.cloud.client("dynamodb")) as dynamodb:
        return int(dynamodb.scan(TableName="Connections-dev", Select="COUNT")["Count"])


def test_a_token_that_is_none_is_refused_at_the_handshake(anyone: Udagram) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{anyone.cloud.websocket_url}?token=nonsense").__enter__()
    assert refused.value.response.status_code == 401


def test_an_unknown_action_is_told_so(anyone: Udagram) -> None:
    with connect(anyone.cloud.websocket_url) as socket:
        for message in ('{"action": "dance"}', "no JSON"):
            socket.send(message)
            answer = said(socket)
            assert answer["type"] == "error"
            assert answer["error"]["code"]


def test_a_group_that_is_not_there_cannot_be_watched(anyone: Udagram) -> None:
    with connect(anyone.cloud.websocket_url) as socket:
        socket.send(json.dumps({"action": "watch", "groupId": UNKNOWN}))
        assert said(socket)["error"]["code"] == "group_not_found"


def test_a_connection_watches_ten_groups_at_most(ada: Udagram) -> None:
    groups = [ada.group(f"Group {number}")["groupId"] for number in range(11)]
    with connect(ada.cloud.websocket_url) as socket:
        answers = []
        for group in groups:
            socket.send(json.dumps({"action": "watch", "groupId": group}))
            answers.append(said(socket)["type"])
    assert answers == ["watching"] * 10 + ["error"]


def test_watching_twice_is_watching_once(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    with ada.watching(group) as socket:
        socket.send(json.dumps({"action": "watch", "groupId": group}))
        assert said(socket)["type"] == "watching"
        assert watchers(ada) == 1


def test_who_unwatches_is_told_no_more(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    with ada.watching(group) as other, ada.watching(group) as socket:
        socket.send(json.dumps({"action": "unwatch", "groupId": group}))
        assert said(socket) == {"type": "unwatched", "groupId": group}
        ada.upload(group, jpeg(64, 64))
        assert said(other)["type"] == "image.ready"
        ada.cloud.drain()
        with pytest.raises(TimeoutError):
            said(socket, seconds=0.05)


def test_who_leaves_is_forgotten(ada: Udagram) -> None:
    with ada.watching(ada.group()["groupId"]):
        assert watchers(ada) == 1
    ada.cloud.drain()
    assert watchers(ada) == 0


def test_a_watcher_who_vanished_delays_nobody_and_is_forgotten(ada: Udagram) -> None:
    group = ada.group()["groupId"]
    gone = {"connectionId": {"S": "AAAAAAAAAAAAAAA="}, "groupId": {"S": group}}
    with closing(ada.cloud.client("dynamodb")) as dynamodb, ada.watching(group) as socket:
        dynamodb.put_item(TableName="Connections-dev", Item=gone)
        ada.upload(group, jpeg(64, 64))
        assert said(socket)["type"] == "image.ready"
        ada.cloud.drain()
        assert watchers(ada) == 1


def test_ten_minutes_of_silence_close_a_connection(ada: Udagram) -> None:
    with ada.watching(ada.group()["groupId"]) as socket:
        ada.cloud.clock.advance(minutes=10, seconds=1)
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
