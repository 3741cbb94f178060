"""The WebSocket API: one handler a route."""

from __future__ import annotations

from serverless_app import operations
from serverless_app.errors import UnknownAction
from serverless_app.handlers.edges import Json, websocket
from serverless_app.handlers.requests import WebSocketMessage
from serverless_app.model import Connection
from serverless_app.wiring import App


@websocket
def connect(_: WebSocketMessage, app: App) -> None:
    """$connect: the authorizer has decided; a connection is known by what it watches."""
    app.telemetry.count(Connections=1)


@websocket
def disconnect(message: WebSocketMessage, app: App) -> None:
    """$disconnect, which may never come: see Connections for what happens then."""
    app.connections.forget(message.connection_id)


@websocket
def watch(message: WebSocketMessage, app: App) -> Json:
    """watch"""
    operations.watch(
        group_id=message.group_id,
        connection_id=message.connection_id,
        groups=app.groups,
        connections=app.connections,
        system=app.system,
    )
    return {"type": "watching", "groupId": message.group_id}


@websocket
def unwatch(message: WebSocketMessage, app: App) -> Json:
    """unwatch"""
    group_id = message.group_id
    app.connections.remove(Connection(group_id=group_id, connection_id=message.connection_id))
    return {"type": "unwatched", "groupId": group_id}


@websocket
def answer_default(message: WebSocketMessage, _: App) -> None:
    """$default: whatever no route is for, JSON or not."""
    raise UnknownAction(message.action)
