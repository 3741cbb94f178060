"""WebSocket APIs: handshake, messages by route, farewells, limits."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from serverless_app.local.gateway.websocket_events import farewell, selected_route

from .house import House, WebSocketApi

EVENTS = Path(__file__).parents[2] / "events"


def shape(value: Any) -> Any:
    """The names of a nested object, without its values and its headers."""
    if isinstance(value, dict):
        return {k: shape(v) for k, v in value.items() if k not in ("headers", "multiValueHeaders")}
    return ...


def recorded(name: str) -> Any:
    return json.loads((EVENTS / f"websocket_{name}.json").read_text())


def chat(house: House, **more: Any) -> WebSocketApi:
    """Every route answers with its event."""
    api = WebSocketApi(house)
    for key in ("$connect", "$disconnect"):
        api.route(key)
    for key in ("watch", "$default"):
        api.route(key, responds=True)
    return api.deploy(**more)


def ask(client: ClientConnection, message: Any) -> Any:
    client.send(message if isinstance(message, str) else json.dumps(message))
    return json.loads(client.recv(10))


@pytest.mark.parametrize(
    ("expression", "message", "key"),
    [
        ("$request.body.action", '{"action": "watch"}', "watch"),
        ("${request.body.action}", '{"action": "watch"}', "watch"),
        ("$request.body.what.verb", '{"what": {"verb": "watch"}}', "watch"),
        ("${request.body.a}-${request.body.b}", '{"a": "x", "b": 1}', "x-1"),
        ("$request.body.action", '{"action": "other"}', "$default"),
        ("$request.body.action", '{"action": "$connect"}', "$default"),
        ("$request.body.action", '{"action": {"watch": 1}}', "$default"),
        ("$request.body.action", '{"other": 1}', "$default"),
        ("$request.body.action", "watch", "$default"),
        ("$request.body.action", '["watch"]', "$default"),
        ("$request.body.action", "[" * 100_000, "$default"),
    ],
)
def test_a_message_goes_where_its_selection_expression_says(
    expression: str, message: str, key: str
) -> None:
    assert selected_route(expression, message, {"watch", "x-1", "$default", "$connect"}) == key


def test_without_a_default_route_there_is_no_route() -> None:
    assert selected_route("$request.body.action", "text", {"watch"}) is None


def test_a_message_reaches_its_route_in_the_documented_form(house: House) -> None:
    with connect(chat(house).address, user_agent_header="Mozilla/5.0") as client:
        event = ask(client, {"action": "watch", "groupId": "g1"})
    context = event["requestContext"]
    assert shape(event) == shape(recorded("message"))
    assert event["body"] == '{"action": "watch", "groupId": "g1"}'
    assert (context["routeKey"], context["eventType"]) == ("watch", "MESSAGE")
    assert context["identity"] == {"userAgent": "Mozilla/5.0", "sourceIp": "127.0.0.1"}
    assert len(context["connectionId"]) == len(context["messageId"]) == 16


def test_the_domain_name_and_the_stage_make_the_connection_url(house: House) -> None:
    api = chat(house)
    with connect(api.address) as client:
        context = ask(client, "hello")["requestContext"]
    assert f"ws://{context['domainName']}/{context['stage']}" == api.address


def test_text_that_is_no_json_goes_to_the_default_route(house: House) -> None:
    with connect(chat(house).address) as client:
        event = ask(client, "hello")
    assert (event["requestContext"]["routeKey"], event["body"]) == ("$default", "hello")


def test_a_route_without_a_response_sends_nothing_back(house: House) -> None:
    api = WebSocketApi(house)
    api.route("silent")
    api.route("loud", responds=True)
    with connect(api.deploy().address) as client:
        client.send('{"action": "silent"}')
        assert ask(client, {"action": "loud"})["requestContext"]["routeKey"] == "loud"


def test_a_message_of_no_route_is_forbidden(house: House) -> None:
    api = WebSocketApi(house)
    api.route("watch", responds=True)
    with connect(api.deploy().address) as client:
        identity = ask(client, {"action": "watch"})["requestContext"]["connectionId"]
        answer = ask(client, {"action": "other"})
    assert (answer["message"], answer["connectionId"]) == ("Forbidden", identity)
    assert len(answer["requestId"]) == 16


def test_an_error_of_the_function_is_told_to_the_client(house: House) -> None:
    with connect(chat(house).address) as client:
        answer = ask(client, {"action": "watch", "fail": True})
    assert answer["message"] == "Internal server error"
    assert set(answer) == {"message", "connectionId", "requestId"}


def test_the_connect_route_sees_headers_and_query_in_the_documented_form(house: House) -> None:
    api = WebSocketApi(house)
    authorizer = request_authorizer(api, [])
    api.route("$connect", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    api.route("$default", responds=True)
    with connect(api.deploy().address + "?token=a&token=b", additional_headers={"X-Own": "1"}) as c:
        authorizer_context = ask(c, "hello")["requestContext"]["authorizer"]
    event = json.loads(authorizer_context["event"])
    del event["type"], event["methodArn"]
    assert shape({**event, "isBase64Encoded": False}) == shape(
        {
            **recorded("connect"),
            "queryStringParameters": {"token": "b"},
            "multiValueQueryStringParameters": {"token": ["a", "b"]},
        }
    )
    assert event["queryStringParameters"] == {"token": "b"}
    assert event["multiValueQueryStringParameters"] == {"token": ["a", "b"]}
    assert event["headers"]["X-Own"] == "1"
    assert "Upgrade" not in event["headers"]
    assert event["requestContext"]["eventType"] == "CONNECT"


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_connect_route_refuses_with_its_status(house: House, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(chat(house).address + f"?status={status}")
    assert refused.value.response.status_code == status
    assert refused.value.response.body == json.dumps({"refused": str(status)}).encode()


def test_a_connect_route_that_fails_refuses_with_502(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(chat(house).address + "?status=never")
    assert refused.value.response.status_code == 502


def test_an_unknown_stage_is_forbidden(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(chat(house).address.replace("/dev", "/prod"))
    assert refused.value.response.status_code == 403


# -- the authorizer ---------------------------------------------------------------------------


def request_authorizer(api: WebSocketApi, sources: list[str]) -> str:
    return str(
        api.client.create_authorizer(
            ApiId=api.id,
            Name="mine",
            AuthorizerType="REQUEST",
            AuthorizerUri=api.house.uri("request_authorizer"),
            IdentitySource=sources,
        )["AuthorizerId"]
    )


def guarded(house: House, sources: list[str]) -> WebSocketApi:
    api = WebSocketApi(house)
    authorizer = request_authorizer(api, sources)
    api.route("$connect", AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    api.route("$default", responds=True)
    return api.deploy()


def test_the_authorizers_context_is_carried_into_later_events(house: House) -> None:
    with connect(guarded(house, []).address + "?who=ada") as client:
        first, second = (ask(client, text)["requestContext"]["authorizer"] for text in "ab")
    assert first["principalId"] == second["principalId"] == "ada"
    event = json.loads(first["event"])
    assert event["type"] == "REQUEST"
    assert event["methodArn"].endswith("/dev/$connect")


def test_without_identity_sources_the_authorizer_is_always_asked(house: House) -> None:
    with connect(guarded(house, []).address) as client:
        assert ask(client, "a")["requestContext"]["authorizer"]["principalId"] == "anonymous"


@pytest.mark.parametrize(
    ("query", "status"), [("", 401), ("?who=", 401), ("?who=stranger", 401), ("?who=deny", 403)]
)
def test_who_is_not_authorized_is_refused(house: House, query: str, status: int) -> None:
    api = guarded(house, ["route.request.querystring.who"])
    with pytest.raises(InvalidStatus) as refused:
        connect(api.address + query)
    assert refused.value.response.status_code == status


# -- the end ----------------------------------------------------------------------------------


def farewells(house: House) -> list[Any]:
    """The `$disconnect` events that the function printed."""
    house.run(house.gateway.drain())
    house.run(house.functions.drain())
    logs = house.plane.client("logs")
    lines = logs.filter_log_events(logGroupName="/aws/lambda/remember")["events"]
    return [json.loads(line["message"]) for line in lines if "DISCONNECT" in line["message"]]


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        (1005, "", "Client-side close frame status not set"),
        (1000, "", ""),
        (1001, "Going away", "Going away"),
    ],
)
def test_a_close_without_a_status_has_a_reason_of_its_own(
    code: int, reason: str, told: str
) -> None:
    assert farewell(code, reason) == {"disconnectStatusCode": code, "disconnectReason": told}


def leaving(house: House) -> WebSocketApi:
    api = WebSocketApi(house)
    api.route("$disconnect", "remember")
    api.route("$default", responds=True)
    return api.deploy()


def last_farewell(house: House, connection_id: str) -> Any:
    def found() -> Any:
        for event in farewells(house):
            if event["requestContext"]["connectionId"] == connection_id:
                return event
        return None

    return house.wait_for(found)


def test_disconnect_hears_how_a_connection_ended(house: House) -> None:
    with connect(leaving(house).address) as client:
        identity = ask(client, "a")["requestContext"]["connectionId"]
        client.close(4001, "bye")
    event = last_farewell(house, identity)
    assert shape(event) == shape(recorded("disconnect"))
    assert event["requestContext"]["disconnectStatusCode"] == 4001
    assert event["requestContext"]["disconnectReason"] == "bye"
    assert set(event["headers"]) >= {"Host", "x-api-key", "x-restapi", "X-Forwarded-For"}


def test_disconnect_hears_of_a_connection_that_was_lost(house: House) -> None:
    with connect(leaving(house).address) as client:
        identity = ask(client, "a")["requestContext"]["connectionId"]
        client.socket.shutdown(socket.SHUT_RDWR)
    event = last_farewell(house, identity)
    assert event["requestContext"]["disconnectStatusCode"] == 1006


def test_an_idle_connection_is_closed_after_ten_minutes(house: House) -> None:
    with connect(leaving(house).address) as client:
        identity = ask(client, "a")["requestContext"]["connectionId"]
        house.call(house.clock.advance, 599)
        assert ask(client, "still here")
        house.call(house.clock.advance, 601)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1001, "Going away")
    event = last_farewell(house, identity)
    assert event["requestContext"]["disconnectStatusCode"] == 1001


def test_a_busy_connection_is_closed_after_two_hours(house: House) -> None:
    with connect(leaving(house).address) as client:
        for _ in range(12):
            assert ask(client, "a")
            house.call(house.clock.advance, 595)
        assert ask(client, "nearly")
        house.call(house.clock.advance, 61)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_a_binary_message_is_unsupported_data(house: House) -> None:
    with connect(chat(house).address) as client:
        client.send(b"bytes")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


def test_a_frame_over_32_kilobytes_is_too_big(house: House) -> None:
    with connect(chat(house).address, compression=None) as client:
        client.send("x" * 32_769)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_message_of_several_frames_is_one_event(house: House) -> None:
    api = WebSocketApi(house)
    api.route("$default", responds=True)
    with connect(api.deploy().address, compression=None, max_size=None) as client:
        client.send(["x" * 30_000, "y" * 30_000])
        event = json.loads(client.recv(10))
    assert event["body"] == "x" * 30_000 + "y" * 30_000


def test_a_fault_cuts_a_connection_without_a_close_frame(house: House) -> None:
    with connect(leaving(house).address) as client:
        identity = ask(client, "a")["requestContext"]["connectionId"]
        house.faults.add("drop", where={"connection": identity})
        client.send("b")
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is None
    event = last_farewell(house, identity)
    assert event["requestContext"]["disconnectStatusCode"] == 1006


def test_a_reset_closes_every_connection_and_nobody_hears_of_it(house: House) -> None:
    with connect(leaving(house).address) as client:
        identity = ask(client, "a")["requestContext"]["connectionId"]
        house.run(house.gateway.reset())
        with pytest.raises(ConnectionClosed):
            client.recv(10)
    assert house.call(house.gateway.connections) == []
    ended = [event["requestContext"]["connectionId"] for event in farewells(house)]
    assert identity not in ended


def test_the_trace_tells_of_handshake_and_messages(house: House) -> None:
    before = house.trace.hops()[-1].number
    with connect(chat(house).address) as client:
        ask(client, {"action": "watch"})
    hops = [h for h in house.trace.hops(after=before) if h.target == "apigateway"]
    assert [(h.operation, h.outcome) for h in hops[:2]] == [("$connect", "ok"), ("watch", "ok")]


def flood(client: ClientConnection, house: House) -> int:
    """Send without reading until the connection is cut; the most that waited for the client."""
    most = 0
    with suppress(ConnectionClosed):
        while True:
            client.send("x" * 30_000)
            for connection in house.call(house.gateway.connections):
                most = max(most, connection.unsent)
    return most


def test_a_client_that_sends_but_does_not_read_is_cut_off(house: House) -> None:
    api = WebSocketApi(house)
    api.route("$default", responds=True)
    small = socket.create_connection(("127.0.0.1", house.port))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    with connect(api.deploy().address, sock=small, compression=None, max_queue=1) as client:
        most = flood(client, house)
        house.wait_for(lambda: not house.call(house.gateway.connections))
    assert most < 400_000
