"""The connection URL: posting to clients, looking at them, sending them away."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from .house import House, WebSocketApi


@pytest.fixture(scope="module")
def api(built_house: House) -> WebSocketApi:
    api = WebSocketApi(built_house)
    api.route("$default", responds=True)
    return api.deploy()


@pytest.fixture(scope="module")
def management(api: WebSocketApi) -> Iterator[Any]:
    """boto3's own client, over the wire."""
    keys = api.house.plane.administrator
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=api.address.replace("ws://", "http://"),
        region_name="us-east-1",
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        config=Config(retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()


def identity_of(client: Any) -> str:
    client.send("who am I")
    return str(json.loads(client.recv(10))["requestContext"]["connectionId"])


def test_a_post_reaches_the_client(api: WebSocketApi, management: Any) -> None:
    with connect(api.address) as client:
        identity = identity_of(client)
        answer = management.post_to_connection(ConnectionId=identity, Data="grüße".encode())
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert client.recv(10) == "grüße"


def test_a_connection_is_described(api: WebSocketApi, management: Any) -> None:
    with connect(api.address, user_agent_header="curl/8") as client:
        found = management.get_connection(ConnectionId=identity_of(client))
    assert found["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "curl/8"}
    assert found["ConnectedAt"] <= found["LastActiveAt"]


def test_a_connection_is_closed_by_delete(api: WebSocketApi, management: Any) -> None:
    with connect(api.address) as client:
        identity = identity_of(client)
        answer = management.delete_connection(ConnectionId=identity)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000
    with pytest.raises(management.exceptions.GoneException):
        management.get_connection(ConnectionId=identity)


@pytest.mark.parametrize("operation", ["post_to_connection", "get_connection", "delete_connection"])
def test_who_has_gone_is_gone(api: WebSocketApi, management: Any, operation: str) -> None:
    with connect(api.address) as client:
        identity = identity_of(client)
    api.house.wait_for(lambda: not api.house.call(api.house.gateway.connections))
    more = {"Data": b"x"} if operation == "post_to_connection" else {}
    with pytest.raises(management.exceptions.GoneException) as gone:
        getattr(management, operation)(ConnectionId=identity, **more)
    assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410


def test_a_malformed_id_is_a_bad_request(management: Any) -> None:
    with pytest.raises(ClientError) as refused:
        management.post_to_connection(ConnectionId="nobody", Data=b"x")
    assert refused.value.response["Error"] == {
        "Code": "BadRequestException",
        "Message": "Invalid connectionId: nobody",
    }
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_payload_over_128_kilobytes_is_too_large(api: WebSocketApi, management: Any) -> None:
    with connect(api.address, max_size=None) as client:
        identity = identity_of(client)
        with pytest.raises(management.exceptions.PayloadTooLargeException):
            management.post_to_connection(ConnectionId=identity, Data=b"x" * 131_073)
        management.post_to_connection(ConnectionId=identity, Data=b"x" * 131_072)
        assert len(client.recv(10)) == 131_072


def test_a_connection_of_another_api_is_gone(house: House, management: Any) -> None:
    other = WebSocketApi(house)
    other.route("$default", responds=True)
    with connect(other.deploy().address) as client:
        identity = identity_of(client)
        with pytest.raises(management.exceptions.GoneException):
            management.post_to_connection(ConnectionId=identity, Data=b"x")


def test_a_slow_reader_is_bounded_and_delays_nobody(api: WebSocketApi, management: Any) -> None:
    small = socket.create_connection(("127.0.0.1", api.house.port))
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    with connect(api.address, sock=small, max_queue=1) as slow, connect(api.address) as quick:
        identities = identity_of(slow), identity_of(quick)
        refused = None
        for _ in range(200):
            try:
                management.post_to_connection(ConnectionId=identities[0], Data=b"x" * 100_000)
            except management.exceptions.LimitExceededException as error:
                refused = error.response["ResponseMetadata"]["HTTPStatusCode"]
                break
        assert refused == 429
        waiting = [c.unsent for c in api.house.call(api.house.gateway.connections)]
        assert max(waiting) <= 400_000
        management.post_to_connection(ConnectionId=identities[1], Data=b"at once")
        assert quick.recv(10) == "at once"
        api.house.faults.add("drop", where={"connection": identities[0]})
        with pytest.raises(management.exceptions.GoneException):
            management.post_to_connection(ConnectionId=identities[0], Data=b"x")


def test_the_connection_url_of_a_rest_api_is_forbidden(house: House, api: WebSocketApi) -> None:
    address = f"/_aws/execute-api/{api.id}/none/@connections/L0SM9cOFvHcCIhw="
    assert house.request("POST", address, b"x").status == 403
    assert house.request("PUT", address.replace("none", "dev"), b"x").status == 403
