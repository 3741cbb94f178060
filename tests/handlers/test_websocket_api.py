"""The WebSocket API's routes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from serverless_app.handlers import rest_api, websocket_api
from serverless_app.wiring import App
from tests.application import ADA, NOBODY, ROOT, call


def event(body: Any, connection_id: str = "c-1") -> dict[str, Any]:
    message: dict[str, Any] = json.loads((ROOT / "tests/events/websocket_message.json").read_text())
    message["requestContext"]["connectionId"] = connection_id
    message["body"] = body if isinstance(body, str) else json.dumps(body)
    return message


def said(handler: Any, app: App, body: Any, connection_id: str = "c-1") -> Any:
    answer = handler(event(body, connection_id), app=app)
    assert answer["statusCode"] == 200
    return json.loads(answer["body"]) if answer["body"] else None


def group(app: App) -> str:
    body = {"name": "Cats", "description": ""}
    answer = call(rest_api.create_group, app, body=body, user=ADA)
    return str(answer.body["newItem"]["groupId"])


def watchers(app: App, group_id: str) -> set[str]:
    return {each.connection_id for each in app.connections.watchers(group_id)}


def test_who_watches_is_told_so(app: App) -> None:
    group_id = group(app)

    answer = said(websocket_api.watch, app, {"action": "watch", "groupId": group_id})

    assert answer == {"type": "watching", "groupId": group_id}
    assert watchers(app, group_id) == {"c-1"}


def test_watching_twice_is_watching_once(app: App) -> None:
    group_id = group(app)
    for _ in range(2):
        said(websocket_api.watch, app, {"action": "watch", "groupId": group_id})

    assert watchers(app, group_id) == {"c-1"}


def test_what_a_connection_watches_ends_by_itself_after_two_hours(app: App) -> None:
    group_id = group(app)
    said(websocket_api.watch, app, {"action": "watch", "groupId": group_id})

    (item,) = app.connections._table.scan()["Items"]
    assert item["expiresAt"] == app.system.epoch() + 7_200


def test_who_unwatches_is_told_so(app: App) -> None:
    group_id = group(app)
    said(websocket_api.watch, app, {"action": "watch", "groupId": group_id})

    answer = said(websocket_api.unwatch, app, {"action": "unwatch", "groupId": group_id})

    assert answer == {"type": "unwatched", "groupId": group_id}
    assert watchers(app, group_id) == set()


@pytest.mark.parametrize("group_id", [NOBODY, "nonsense", 7, None])
def test_an_unknown_group_is_not_watched(app: App, group_id: Any) -> None:
    answer = said(websocket_api.watch, app, {"action": "watch", "groupId": group_id})

    assert answer == {
        "type": "error",
        "error": {"code": "group_not_found", "message": "There is no such group."},
    }


def test_a_connection_watches_ten_groups_at_most(app: App) -> None:
    groups = [group(app) for _ in range(11)]
    answers = [said(websocket_api.watch, app, {"groupId": each}) for each in groups]

    assert [answer["type"] for answer in answers] == ["watching"] * 10 + ["error"]
    assert answers[-1]["error"]["code"] == "too_many_groups"
    again = said(websocket_api.watch, app, {"groupId": groups[0]})
    assert again["type"] == "watching"


def test_who_goes_is_forgotten_everywhere(app: App) -> None:
    groups = [group(app) for _ in range(3)]
    for each in groups:
        said(websocket_api.watch, app, {"groupId": each})
        said(websocket_api.watch, app, {"groupId": each}, connection_id="c-2")

    assert said(websocket_api.disconnect, app, "") is None
    assert [watchers(app, each) for each in groups] == [{"c-2"}] * 3


def test_who_comes_is_let_in(app: App) -> None:
    assert said(websocket_api.connect, app, "") is None


@pytest.mark.parametrize("body", ["hello", "", "[]", "{}", '{"action": 7}', "\ud83d"])
def test_what_is_no_action_is_answered_with_an_error(app: App, body: str) -> None:
    answer = said(websocket_api.answer_default, app, body)

    assert answer["type"] == "error"
    assert answer["error"]["code"] == "unknown_action"
    assert answer["error"]["message"].startswith("That is no JSON object with an action.")


def test_an_unknown_action_is_answered_with_an_error(app: App) -> None:
    answer = said(websocket_api.answer_default, app, {"action": "dance"})

    assert answer["error"]["message"].startswith("There is no such action.")
