"""The execution environments of all functions: found warm, started cold, limited, ended."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serverless_app.local.clock import Clock
from serverless_app.local.functions.catalog import Catalog, Configuration, Target
from serverless_app.local.functions.code import BadArchive, Code, CodeStore
from serverless_app.local.functions.environment import ExecutionEnvironment
from serverless_app.local.functions.errors import ResourceNotFound, TooManyRequests
from serverless_app.local.functions.outcome import Outcome
from serverless_app.local.functions.variables import process_variables

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane

# "The Init phase is limited to 10 seconds": lambda-runtime-environment.html
INIT_SECONDS = 10.0
TICK_SECONDS = 0.02
RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"
UNRESERVED = "ConcurrentInvocationLimitExceeded"


@dataclass(frozen=True, slots=True)
class Limits:
    """What AWS fixes by account or keeps to itself; a laptop is smaller.

    `concurrency`: executions at once of all functions (AWS: 1,000, less in a new account).
    `idle_seconds`: how long an environment stays warm (AWS tells no figure).
    `watch_pause`: how often, at most, imported source files are looked at.
    """

    concurrency: int = 100
    idle_seconds: float = 600.0
    init_seconds: float = INIT_SECONDS
    watch_pause: float = 0.002


class Pool:
    """Hands out one environment an invocation: the most recently used, or a new one."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        catalog: Catalog,
        clock: Clock,
        runtime: str,
        limits: Limits,
    ) -> None:
        self._control_plane = control_plane
        self._catalog = catalog
        self._clock = clock
        self._runtime = runtime
        self._limits = limits
        self._codes = CodeStore()
        self._holders: dict[str, str] = {}  # access key -> the function that was given it
        self._idle: dict[tuple[str, str], list[ExecutionEnvironment]] = {}
        self._running: Counter[str] = Counter()
        self._busy: set[ExecutionEnvironment] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._sweeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin ending idle environments."""
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    def stop(self) -> None:
        """End every environment; whoever waits for one is told of a crash."""
        if self._sweeper:
            self._sweeper.cancel()
        if self._timer:
            self._timer.cancel()
        for environment in self.all():
            environment.kill()
        self._codes.close()

    def all(self) -> list[ExecutionEnvironment]:
        """Every environment there is."""
        idle = [environment for stack in self._idle.values() for environment in stack]
        return [*self._busy, *idle]

    def holder(self, access_key_id: str) -> str | None:
        """The function whose processes sign with a key."""
        return self._holders.get(access_key_id)

    def reserve(self, target: Target) -> ExecutionEnvironment:
        """An environment for one invocation; TooManyRequests when the concurrency is used up."""
        self._check_concurrency(target.configuration.name)
        environment = self._warm(target.configuration) or self._cold(target)
        self._running[target.configuration.name] += 1
        self._busy.add(environment)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(TICK_SECONDS, self._tick)
        return environment

    async def initialize(
        self, environment: ExecutionEnvironment, target: Target
    ) -> tuple[ExecutionEnvironment, Outcome | None]:
        """Start a cold one: the environment that is ready, or what went wrong.

        After a timeout the INIT phase runs once more, as part of the invocation and under the
        function's own timeout; that is another process, so another environment comes back.
        """
        outcome = await self._start(environment, target, self._limits.init_seconds)
        if outcome is None or outcome.end != "timeout":
            return environment, outcome
        self.release(environment)
        environment = self._cold(target)
        self._running[target.configuration.name] += 1
        self._busy.add(environment)
        return environment, await self._start(environment, target, target.configuration.timeout)

    def release(self, environment: ExecutionEnvironment) -> None:
        """Take an environment back after its invocation."""
        if environment not in self._busy:
            return
        self._busy.discard(environment)
        configuration = environment.configuration
        self._running[configuration.name] -= 1
        if environment.state == "ended":
            return
        environment.state = "idle"
        environment.idle_since = self._clock.monotonic()
        self._idle.setdefault(key_of(configuration), []).append(environment)

    def end_changed(self) -> None:
        """End idle environments whose function is gone or has changed."""
        for stack in list(self._idle.values()):
            for environment in list(stack):
                found = None
                with suppress(ResourceNotFound):
                    found = self._catalog.find(*qualified(environment.configuration))
                if found is None or found.configuration != environment.configuration:
                    environment.end()

    # -- inside -------------------------------------------------------------------------------

    def _check_concurrency(self, name: str) -> None:
        reserved = self._catalog.reserved_concurrency()
        if name in reserved:
            if self._running[name] >= reserved[name]:
                raise TooManyRequests("Rate Exceeded.", Reason=RESERVED)
            return
        shared = len(self._busy) - sum(self._running[other] for other in reserved)
        if shared >= max(1, self._limits.concurrency - sum(reserved.values())):
            raise TooManyRequests("Rate Exceeded.", Reason=UNRESERVED)

    def _warm(self, configuration: Configuration) -> ExecutionEnvironment | None:
        stack = self._idle.get(key_of(configuration), [])
        while stack:
            environment = stack.pop()
            if environment.configuration == configuration and not environment.stale:
                environment.state = "busy"
                return environment
            environment.end()
        return None

    def _cold(self, target: Target) -> ExecutionEnvironment:
        configuration = target.configuration
        day = self._clock.now().strftime("%Y/%m/%d")
        return ExecutionEnvironment(
            configuration,
            log_stream=f"{day}/[{configuration.version}]{secrets.token_hex(16)}",
            watch_pause=self._limits.watch_pause,
            on_end=self._ended,
        )

    async def _start(
        self, environment: ExecutionEnvironment, target: Target, limit: float
    ) -> Outcome | None:
        try:
            code, variables = self._prepare(environment, target)
            return await environment.start(self._runtime, code, variables, limit)
        except BadArchive as error:
            environment.end()
            return Outcome("exit", reason=str(error))
        except BaseException:
            environment.end()
            self.release(environment)
            raise

    def _prepare(
        self, environment: ExecutionEnvironment, target: Target
    ) -> tuple[Code, dict[str, str]]:
        """The code on disk, and the variables of a process that runs it."""
        configuration, plane = environment.configuration, self._control_plane
        code = self._codes.folder(target.function.code_bytes)
        layers = [self._codes.folder(self._layer(arn)).folder for arn in configuration.layers]
        keys = plane.credentials_for(configuration.role, configuration.name)
        self._holders[keys.access_key_id] = configuration.name
        variables = process_variables(
            configuration,
            folder=code.folder,
            layers=layers,
            log_stream=environment.log_stream,
            keys=keys,
            endpoint_url=plane.endpoint_url,
            region=plane.region,
        )
        return code, variables

    def _layer(self, arn: str) -> bytes:
        archive: bytes = (
            self._control_plane.backend("lambda").layers_versions_by_arn(arn).code_bytes
        )
        return archive

    def _ended(self, environment: ExecutionEnvironment) -> None:
        stack = self._idle.get(key_of(environment.configuration))
        if stack and environment in stack:
            stack.remove(environment)

    def _tick(self) -> None:
        """Look after those that work for a while. No timer runs while nothing does."""
        self._timer = None
        if not self._busy:
            return
        for environment in list(self._busy):
            environment.tick()
        self._timer = asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(self._limits.idle_seconds / 4)
            now = self._clock.monotonic()
            for stack in list(self._idle.values()):
                for environment in list(stack):
                    if now - environment.idle_since >= self._limits.idle_seconds:
                        environment.end()


def key_of(configuration: Configuration) -> tuple[str, str]:
    """Function and version."""
    return configuration.name, configuration.version


def qualified(configuration: Configuration) -> tuple[str, str | None]:
    """How to ask the catalogue for the version of a configuration."""
    version = configuration.version
    return configuration.name, None if version == "$LATEST" else version
