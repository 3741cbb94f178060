"""A control plane and a Lambda service with functions written on the spot."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.functions import Invocation, LambdaService, Limits
from serverless_app.local.http.messages import Request, Response, Session
from serverless_app.local.http.server import Server, bind
from serverless_app.local.trace import Trace

ANYBODY = {"Version": "2012-10-17", "Statement": []}


def archive(files: dict[str, str]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)
    return buffer.getvalue()


class House:
    """The service under test, and what it stands on."""

    def __init__(self, port: int, **options: Any) -> None:
        self.trace, self.clock, self.faults = Trace(), Clock(), Faults()
        self.control_plane = ControlPlane(
            trace=self.trace, clock=self.clock, faults=self.faults, authority=f"127.0.0.1:{port}"
        )
        self.functions = LambdaService(
            control_plane=self.control_plane,
            trace=self.trace,
            clock=self.clock,
            faults=self.faults,
            **{"limits": Limits(watch_pause=0.0), **options},
        )

    # -- what the server asks -------------------------------------------------------------------

    async def http(self, request: Request) -> Response:
        if self.functions.claims(request):
            return await self.functions.http(request)
        return await self.control_plane.handle(request)

    async def websocket(self, request: Request) -> Response | Session:
        return Response(404)

    # -- what tests ask -------------------------------------------------------------------------

    def role(self, name: str, *statements: dict[str, Any]) -> str:
        """A role with these statements; its ARN."""
        iam = self.control_plane.client("iam")
        trusted = json.dumps(ANYBODY)
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
        if statements:
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
        return str(arn)

    def create(self, source: str | dict[str, str], **configuration: Any) -> str:
        """A function with this code; its ARN. Named `greet` where nothing else is said."""
        files = {"app.py": source} if isinstance(source, str) else source
        name = configuration.pop("FunctionName", "greet")
        role = configuration.pop("Role", None) or self.role(f"{name}-role")
        # 30 s, where AWS's default is 3: a busy machine is not what a test is about.
        settings = {"Runtime": "python3.12", "Handler": "app.handler", "Timeout": 30}
        settings |= configuration
        made = self.control_plane.client("lambda").create_function(
            FunctionName=name, Role=role, Code={"ZipFile": archive(files)}, **settings
        )
        return str(made["FunctionArn"])

    def create_from(self, folder: Path, **configuration: Any) -> str:
        """A function that runs from a source folder."""
        return self.create({".local-source": str(folder)}, **configuration)

    async def invoke(self, event: Any = None, name: str = "greet", **more: Any) -> Invocation:
        """Invoke synchronously."""
        payload = json.dumps(event).encode()
        return await self.functions.invoke(name, payload, source="test", **more)

    async def answer(self, event: Any = None, name: str = "greet", **more: Any) -> Any:
        """The answer of a synchronous invocation that succeeds."""
        invocation = await self.invoke(event, name, **more)
        assert invocation.function_error is None, invocation.payload
        return json.loads(invocation.payload)

    async def error(self, event: Any = None, name: str = "greet") -> dict[str, Any]:
        """The error of a synchronous invocation that fails."""
        invocation = await self.invoke(event, name)
        assert invocation.function_error == "Unhandled"
        told: dict[str, Any] = json.loads(invocation.payload)
        assert invocation.request_id == told.get("requestId", invocation.request_id)
        return told

    async def boto3(self, call: str, **parameters: Any) -> Any:
        """An operation of boto3's Lambda client over the port, on a thread."""
        return await asyncio.to_thread(getattr(self.client("lambda"), call), **parameters)

    def client(self, service: str) -> Any:
        """boto3's client over the port."""
        keys = self.control_plane.administrator
        return boto3.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.control_plane.endpoint_url,
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def queue(self, name: str) -> str:
        """A queue; its ARN."""
        self.control_plane.client("sqs").create_queue(QueueName=name)
        return f"arn:aws:sqs:us-east-1:123456789012:{name}"

    def messages(self, name: str) -> list[dict[str, Any]]:
        """What lies in a queue."""
        sqs = self.control_plane.client("sqs")
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(found.get("Messages", []))

    def logged(self, name: str = "greet") -> list[str]:
        """Every event in a function's log group, in the order of its streams."""
        logs, group = self.control_plane.client("logs"), f"/aws/lambda/{name}"
        events = []
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
            found = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])
            events += [event["message"] for event in found["events"]]
        return events


# Stops at the gate whose port is the event.
WAITING = """
import os, socket
def handler(port, context):
    with socket.create_connection(("127.0.0.1", port)) as gate:
        gate.recv(1)
    return os.getpid()
"""


class Gate:
    """Where functions wait until the test lets them on."""

    def __init__(self) -> None:
        self._arrivals: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
        self._waiting: list[asyncio.StreamWriter] = []
        self._open = False
        self.port = 0

    async def arrived(self, number: int = 1) -> None:
        """Return when so many more have come."""
        self._waiting += [await self._arrivals.get() for _ in range(number)]

    def open(self) -> None:
        """Let everybody pass, from now on."""
        self._open = True
        for writer in self._waiting:
            writer.close()

    async def _arrive(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open:
            writer.close()
        else:
            self._arrivals.put_nowait(writer)


@asynccontextmanager
async def closed_gate() -> AsyncIterator[Gate]:
    """A gate on a free port."""
    gate = Gate()
    server = await asyncio.start_server(gate._arrive, "127.0.0.1", 0)
    gate.port = server.sockets[0].getsockname()[1]
    async with server:
        yield gate
        gate.open()


def decoded(log_result: str) -> str:
    """LogResult as text."""
    return base64.b64decode(log_result).decode()


@asynccontextmanager
async def open_house(**options: Any) -> AsyncIterator[House]:
    """A house on a free port."""
    sock = bind(0)
    house = House(sock.getsockname()[1], **options)
    server = Server(house)
    await server.listen(sock)
    await house.functions.start()
    try:
        yield house
    finally:
        await house.functions.stop()
        await server.close()
        house.control_plane.close()
        house.clock.reset()
