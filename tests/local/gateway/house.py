"""A gateway over a real control plane and real functions, on a real port, in a thread."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import threading
import time
import zipfile
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaService
from serverless_app.local.gateway import Gateway
from serverless_app.local.http.messages import Request, Response, Session
from serverless_app.local.http.server import Server, bind
from serverless_app.local.trace import Trace

FUNCTIONS = Path(__file__).with_name("functions")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Answer:
    """What came over the wire."""

    status: int
    header_lines: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.header_lines)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class House:
    """Everything that a REST or WebSocket API needs; `close` it."""

    def __init__(self) -> None:
        self._trace, self.clock, self.faults = Trace(), Clock(), Faults()
        self._sock = bind(0)
        self.port = self._sock.getsockname()[1]
        self.plane = ControlPlane(
            trace=self._trace,
            clock=self.clock,
            faults=self.faults,
            authority=f"127.0.0.1:{self.port}",
        )
        services = {
            "control_plane": self.plane,
            "trace": self._trace,
            "clock": self.clock,
            "faults": self.faults,
        }
        self.functions = LambdaService(**services)
        self.gateway = Gateway(functions=self.functions, **services)
        self.server = Server(self)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.run(self._start())
        self._made: dict[str, str] = {}
        self.role = self.plane.client("iam").create_role(
            RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]

    # -- the server -------------------------------------------------------------------------

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _start(self) -> None:
        await self.functions.start()
        await self.gateway.start()
        await self.server.listen(self._sock)

    async def _stop(self) -> None:
        await self.gateway.stop()
        await self.functions.stop()
        await self.server.close()
        self.plane.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something on the event loop, from a test."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @property
    def trace(self) -> Trace:
        """The trace, once the event loop has had its turn: an answer leaves before its hop ends."""
        self.run(asyncio.sleep(0))
        return self._trace

    def call(self, function: Any, *arguments: Any) -> Any:
        """Call something on the event loop's thread."""

        async def work() -> Any:
            return function(*arguments)

        return self.run(work())

    def close(self) -> None:
        self.run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    async def http(self, request: Request) -> Response:
        if self.functions.claims(request):
            return await self.functions.http(request)
        if self.gateway.claims(request):
            return await self.gateway.http(request)
        return await self.plane.handle(request)

    async def websocket(self, request: Request) -> Response | Session:
        return await self.gateway.websocket(request)

    # -- a client ---------------------------------------------------------------------------

    def request(
        self,
        method: str,
        target: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def wait_for(self, found: Any) -> Any:
        """The first true result of `found()`; the condition is checked as things move on."""
        deadline = time.monotonic() + 20
        pause = threading.Event()
        while not (result := found()):
            assert time.monotonic() < deadline, "it never happened"
            pause.wait(0.01)
        return result

    # -- resources --------------------------------------------------------------------------

    def function(self, handler: str) -> str:
        """The ARN of the function with a handler of `functions/answers.py`."""
        if handler not in self._made:
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as file:
                file.writestr(".local-source", str(FUNCTIONS))
            self._made[handler] = self.plane.client("lambda").create_function(
                FunctionName=handler.replace("_", "-"),
                Runtime="python3.13",
                Role=self.role,
                Handler=f"answers.{handler}",
                Code={"ZipFile": archive.getvalue()},
                Timeout=30,
            )["FunctionArn"]
        return self._made[handler]

    def uri(self, handler: str) -> str:
        """The integration URI of a function."""
        arn = self.function(handler)
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


class RestApi:
    """A REST API, made through boto3 as a test needs it."""

    def __init__(self, house: House, **more: Any) -> None:
        self.house = house
        self.client = house.plane.client("apigateway")
        self.api = self.client.create_rest_api(name="test", **more)
        self.id = self.api["id"]
        resources = self.client.get_resources(restApiId=self.id)["items"]
        self._resources = {"/": resources[0]["id"]}

    @property
    def base(self) -> str:
        """The path of its stage."""
        return f"/_aws/execute-api/{self.id}/dev"

    def resource(self, path: str) -> str:
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            self._resources[path] = self.client.create_resource(
                restApiId=self.id, parentId=self.resource(parent or "/"), pathPart=part
            )["id"]
        return self._resources[path]

    def method(self, method: str, path: str, integration: dict[str, Any], **more: Any) -> None:
        """A method with its integration and integration responses."""
        where = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": method}
        self.client.put_method(**where, **{"authorizationType": "NONE", **more})
        integration = dict(integration)
        responses = integration.pop("responses", [])
        self.client.put_integration(**where, **integration)
        for response in responses:
            self.client.put_integration_response(**where, **{"selectionPattern": "", **response})

    def proxy(self, method: str, path: str, handler: str = "echo", **more: Any) -> None:
        """A method with a Lambda proxy integration."""
        integration = {
            "type": "AWS_PROXY",
            "integrationHttpMethod": "POST",
            "uri": self.house.uri(handler),
        }
        self.method(method, path, integration, **more)

    def deploy(self, **more: Any) -> RestApi:
        self.client.create_deployment(restApiId=self.id, stageName="dev", **more)
        return self

    def request(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        return self.house.request(method, self.base + path, body, headers)


class WebSocketApi:
    """A WebSocket API, made through boto3 as a test needs it."""

    def __init__(self, house: House, expression: str = "$request.body.action") -> None:
        self.house = house
        self.client = house.plane.client("apigatewayv2")
        self.id = self.client.create_api(
            Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression=expression
        )["ApiId"]

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.house.port}/_aws/execute-api/{self.id}/dev"

    def route(
        self, key: str, handler: str | None = None, *, responds: bool = False, **more: Any
    ) -> None:
        """A route with a Lambda proxy integration, with a route response where it `responds`."""
        integration = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=self.house.uri(handler or "websocket"),
        )["IntegrationId"]
        if responds:
            more["RouteResponseSelectionExpression"] = "$default"
        route = self.client.create_route(
            ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}", **more
        )["RouteId"]
        if responds:
            self.client.create_route_response(
                ApiId=self.id, RouteId=route, RouteResponseKey="$default"
            )

    def deploy(self, **more: Any) -> WebSocketApi:
        self.client.create_stage(ApiId=self.id, StageName="dev", **more)
        return self
