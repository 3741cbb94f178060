"""The rooms joined: one port, and who answers what arrives on it."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from collections.abc import Callable
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.console import Console
from serverless_app.local.control_plane import ConnectionLost, ControlPlane
from serverless_app.local.event_sources import EventSources
from serverless_app.local.faults import Faults
from serverless_app.local.functions import LambdaService
from serverless_app.local.gateway import Gateway
from serverless_app.local.http.messages import Disconnect, Request, Response, Session
from serverless_app.local.http.static_files import StaticFiles
from serverless_app.local.project import Project
from serverless_app.local.search_domains import SearchDomains
from serverless_app.local.snapshot import State
from serverless_app.local.stack_addresses import StackAddresses
from serverless_app.local.trace import Trace

NOT_FOUND = Response(404, b"Not found", (("Content-Type", "text/plain"),))


class CloudApplication:
    """A laptop cloud behind an authority (`127.0.0.1:45660`)."""

    def __init__(self, project: Project, authority: str, *, on_stop: Callable[[], None]) -> None:
        self.project = project
        self.authority = authority
        self.trace, self.clock, self.faults = Trace(), Clock(), Faults()
        shared: dict[str, Any] = {
            "trace": self.trace,
            "clock": self.clock,
            "faults": self.faults,
        }
        self.control_plane = ControlPlane(**shared, authority=authority)
        rooms = {**shared, "control_plane": self.control_plane}
        self.functions = LambdaService(**rooms)
        self.gateway = Gateway(**rooms, functions=self.functions)
        self.event_sources = EventSources(**rooms, functions=self.functions)
        self.search = SearchDomains(**rooms)
        self.console = Console(steering=self, **shared)
        self._site = StaticFiles(project.web)
        self._on_stop = on_stop
        self._stack: StackAddresses | None = None
        self._deployed: State | None = None
        self._seeded: State | None = None
        self.notebooks_url: str | None = None
        self.seeding: asyncio.Task[None] | None = None

    # -- life ---------------------------------------------------------------------------------

    async def start(self, state: State | None) -> None:
        """Begin to work: from a saved state, or by deploying the template."""
        await self.functions.start()
        if state is None:
            await self._deploy()
        else:
            self.restore(state)
        self._stack = StackAddresses.read(self.control_plane, self.project.stack, self.authority)
        await self.gateway.start()
        await self.event_sources.start()

    async def _deploy(self) -> None:
        await asyncio.to_thread(
            self.control_plane.deploy,
            self.project.template,
            stack=self.project.stack,
            source=self.project.source,
        )
        self.control_plane.enforce_permissions()
        self._deployed = self.save()

    def save(self) -> State:
        """The state of every service that keeps any."""
        return State(self.control_plane.snapshot(), self.search.snapshot())

    def restore(self, state: State) -> None:
        """Every service back to a saved state."""
        self.control_plane.restore(state.control_plane)
        self.control_plane.enforce_permissions()
        self.search.restore(state.search)

    def keep(self, *, deployed: State | None = None, seeded: State | None = None) -> None:
        """Which states `reset` returns to."""
        self._deployed = deployed or self._deployed
        self._seeded = seeded or self._seeded

    async def end(self) -> None:
        """Stop every room; say on stderr which accepted events are lost by that."""
        await self.event_sources.stop()
        await self.gateway.stop()
        for event in self.functions.pending():
            sys.stderr.write(
                f"Lost by this stop: an event from {event.source} for {event.function}, "
                f"try {event.attempt}, request {event.request_id}\n"
            )
        await self.functions.stop()
        self.control_plane.close()

    # -- Steering -----------------------------------------------------------------------------

    def addresses(self) -> dict[str, Any]:
        """What `cloud.json` holds."""
        base = f"http://{self.authority}"
        administrator = self.control_plane.administrator
        return {
            "endpoint_url": base,
            "region": self.control_plane.region,
            "stack": self.project.stack,
            **(self._stack.as_dict() if self._stack else {}),
            "web_url": f"{base}/",
            "console_url": f"{base}/_console/",
            "notebooks_url": self.notebooks_url,
            "access_key_id": administrator.access_key_id,
            "secret_access_key": administrator.secret_access_key,
        }

    async def reset(self, *, seed: bool) -> None:
        """Back to the state after deployment; warm functions stay, work in flight ends first."""
        if self.seeding is not None:  # half a seed would be left behind
            await asyncio.wait([self.seeding])
        await self.drain()
        await self.gateway.reset()
        self.faults.clear()
        self.clock.reset()
        state = self._seeded if seed and self._seeded else self._deployed
        if state is not None:
            self.restore(state)
        await self.functions.reset()
        await self.event_sources.reset()
        self.trace.clear()

    async def drain(self) -> None:
        """Wait until no function runs, no event waits, every consumer has caught up.

        What they indexed is there to be found, and who called the APIs is in the access logs.
        """
        await self.gateway.drain()
        await self.event_sources.drain()
        self.search.refresh()

    def environments(self) -> list[Any]:
        """The function processes that run now."""
        return [dataclasses.asdict(one) for one in self.functions.environments()]

    def function_names(self) -> list[str]:
        """The deployed functions, by name."""
        functions = self.control_plane.client("lambda").get_paginator("list_functions").paginate()
        return sorted(one["FunctionName"] for page in functions for one in page["Functions"])

    def confirmation_codes(self) -> list[Any]:
        """The codes that Cognito would have sent by e-mail, newest first."""
        return [dataclasses.asdict(one) for one in self.control_plane.confirmation_codes()]

    def stop(self) -> None:
        """End the cloud."""
        self._on_stop()

    # -- Application --------------------------------------------------------------------------

    async def http(self, request: Request) -> Response:
        """Pass the request to the room that it is for."""
        for room in (self.console, self.functions, self.gateway, self.search):
            if room.claims(request):
                return await room.http(request)
        if self.control_plane.claims(request):
            return await self._aws(request)
        target = self._stack.rest_target(request) if self._stack else None
        if target:
            return await self.gateway.http(request.at(target))
        return self._page(request)

    async def websocket(self, request: Request) -> Response | Session:
        """Pass the handshake to the console or to a WebSocket API."""
        if self.console.claims(request):
            return await self.console.websocket(request)
        if self.gateway.claims(request):
            return await self.gateway.websocket(request)
        target = self._stack.websocket_target(request) if self._stack else None
        if target is None:
            return NOT_FOUND
        return await self.gateway.websocket(request.at(target))

    async def _aws(self, request: Request) -> Response:
        try:
            return await self.control_plane.handle(request)
        except ConnectionLost as lost:
            raise Disconnect(str(lost)) from lost

    def _page(self, request: Request) -> Response:
        if request.path == "/config.json" and self._stack:
            return self._stack.page_configuration()
        return self._site.answer(request, request.path)
