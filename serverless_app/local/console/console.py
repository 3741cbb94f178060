"""`/_console/` is the page to project; `/_cloud/…` is JSON for `LocalCloud` and for tools.

Both answer only to this machine's own pages and programs: a request whose Host is not loopback,
or whose Origin is another site's, is refused, so that no web page can steer the cloud.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from serverless_app.local.clock import Clock
from serverless_app.local.console.live import LiveHops
from serverless_app.local.faults import Fault, Faults
from serverless_app.local.http.messages import Request, Response, Session
from serverless_app.local.http.static_files import StaticFiles
from serverless_app.local.trace import Trace

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
JSON = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
PAGE = Path(__file__).with_name("page")


class Steering(Protocol):
    """What the console may do with the cloud around it."""

    def addresses(self) -> dict[str, Any]:
        """What `cloud.json` holds."""

    async def reset(self, *, seed: bool) -> None:
        """Back to the state after deployment."""

    async def drain(self) -> None:
        """Wait until nothing is in flight."""

    def environments(self) -> list[Any]:
        """The function processes that run now."""

    def function_names(self) -> list[str]:
        """The deployed functions, by name."""

    def confirmation_codes(self) -> list[Any]:
        """The codes that Cognito would have sent by e-mail, newest first."""

    def stop(self) -> None:
        """End the cloud."""


Route = Callable[[Request, dict[str, Any]], Awaitable[Any]]


class BadCall(Exception):
    """A call of the control interface that it cannot take; the text says why."""


class Console:
    """Serves the page and the control interface."""

    def __init__(self, *, steering: Steering, trace: Trace, faults: Faults, clock: Clock) -> None:
        self._steering = steering
        self._trace = trace
        self._faults = faults
        self._clock = clock
        self._page = StaticFiles(PAGE)
        self._live = LiveHops(trace)
        self._routes: dict[tuple[str, str], Route] = {
            ("GET", "/_cloud/info"): self._info,
            ("GET", "/_cloud/trace"): self._hops,
            ("DELETE", "/_cloud/trace"): self._clear_trace,
            ("GET", "/_cloud/faults"): self._list_faults,
            ("POST", "/_cloud/faults"): self._add_fault,
            ("DELETE", "/_cloud/faults"): self._clear_faults,
            ("GET", "/_cloud/clock"): self._read_clock,
            ("POST", "/_cloud/clock"): self._move_clock,
            ("POST", "/_cloud/reset"): self._reset,
            ("POST", "/_cloud/drain"): self._drain,
            ("GET", "/_cloud/environments"): self._environments,
            ("GET", "/_cloud/codes"): self._codes,
            ("GET", "/_cloud/functions"): self._functions,
            ("POST", "/_cloud/stop"): self._stop,
        }

    def claims(self, request: Request) -> bool:
        """Whether a request is for the console."""
        return request.path.startswith(("/_console", "/_cloud/"))

    async def http(self, request: Request) -> Response:
        """Answer a request for the page or the control interface."""
        refusal = refuse_strangers(request)
        if refusal:
            return refusal
        if request.path == "/_console":
            return Response(308, headers=(("Location", "/_console/"),))
        if request.path.startswith("/_console/"):
            return self._page.answer(request, request.path.removeprefix("/_console/"))
        route = self._routes.get((request.method, request.path))
        if route is None:
            return answer({"message": f"There is no {request.method} {request.path}."}, 404)
        try:
            return answer(await route(request, body_of(request)))
        except BadCall as error:
            return answer({"message": str(error)}, 400)

    async def websocket(self, request: Request) -> Response | Session:
        """`/_console/live`: every hop as it begins and ends, one JSON text each."""
        return refuse_strangers(request) or self._live.session()

    async def _info(self, request: Request, body: dict[str, Any]) -> Any:
        return self._steering.addresses()

    async def _hops(self, request: Request, body: dict[str, Any]) -> Any:
        query = parse_qs(request.query)
        after = int(query.get("after", ["0"])[0])
        trace_id = query.get("trace_id", [None])[0]
        return {"hops": [hop.as_dict() for hop in self._trace.hops(trace_id, after)]}

    async def _clear_trace(self, request: Request, body: dict[str, Any]) -> Any:
        self._trace.clear()
        return {}

    async def _list_faults(self, request: Request, body: dict[str, Any]) -> Any:
        return {"faults": [as_dict(fault) for fault in self._faults.waiting()]}

    async def _add_fault(self, request: Request, body: dict[str, Any]) -> Any:
        try:
            kind, times, where = body["kind"], int(body.get("times", 1)), dict(body["where"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadCall("A fault is {kind, where, times?, options?}.") from error
        fault = self._faults.add(kind, times=times, where=where, **body.get("options", {}))
        return as_dict(fault)

    async def _clear_faults(self, request: Request, body: dict[str, Any]) -> Any:
        self._faults.clear()
        return {}

    async def _read_clock(self, request: Request, body: dict[str, Any]) -> Any:
        return {"now": self._clock.now().isoformat(), "offset": self._clock.offset}

    async def _move_clock(self, request: Request, body: dict[str, Any]) -> Any:
        seconds = body.get("advance")
        if not isinstance(seconds, int | float) or seconds < 0:
            raise BadCall("The clock moves by {advance: seconds}, and only forward.")
        self._clock.advance(float(seconds))
        return await self._read_clock(request, body)

    async def _reset(self, request: Request, body: dict[str, Any]) -> Any:
        await self._steering.reset(seed=bool(body.get("seed", True)))
        return {}

    async def _drain(self, request: Request, body: dict[str, Any]) -> Any:
        await self._steering.drain()
        return {}

    async def _environments(self, request: Request, body: dict[str, Any]) -> Any:
        return {"environments": self._steering.environments()}

    async def _codes(self, request: Request, body: dict[str, Any]) -> Any:
        return {"codes": self._steering.confirmation_codes()}

    async def _functions(self, request: Request, body: dict[str, Any]) -> Any:
        return {"functions": self._steering.function_names()}

    async def _stop(self, request: Request, body: dict[str, Any]) -> Any:
        self._steering.stop()
        return {}


def refuse_strangers(request: Request) -> Response | None:
    """403 for a request that another site's page, or another host's name, brought here."""
    host = request.header("host") or ""
    if (host.rpartition(":")[0] or host) not in LOOPBACK:
        return answer({"message": "The console answers on this machine's loopback only."}, 403)
    origin = request.header("origin")
    if origin and urlsplit(origin).netloc != host:
        return answer({"message": f"Pages of {origin} may not steer this cloud."}, 403)
    return None


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body; {} without one."""
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise BadCall(f"The body is no JSON: {error}.") from error
    if not isinstance(body, dict):
        raise BadCall("The body is no JSON object.")
    return body


def answer(body: Any, status: int = 200) -> Response:
    """A JSON response."""
    return Response(status, json.dumps(body).encode(), JSON)


def as_dict(fault: Fault) -> dict[str, Any]:
    """A fault as JSON-ready data."""
    return {
        "kind": fault.kind,
        "times": fault.times,
        "where": fault.where,
        "options": fault.options,
    }
