"""The functions as the control plane describes them, read once a change of its Lambda resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from serverless_app.local.functions.errors import ResourceNotFound
from serverless_app.local.functions.model import Permission

if TYPE_CHECKING:
    from serverless_app.local.control_plane import ControlPlane


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an execution environment is made from: equal ones may use the same environment."""

    name: str
    version: str
    arn: str  # without a qualifier
    handler: str
    runtime: str
    role: str
    memory_mb: int
    timeout: float
    variables: tuple[tuple[str, str], ...]
    code_sha: str
    layers: tuple[str, ...]
    log_group: str
    traced: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A function as somebody named it: a configuration, and what may change while it is warm.

    `admitted`: who was found to be allowed by its policy. A change of the policy, like any other
    of the service's control plane, makes another target.
    """

    configuration: Configuration
    invoked_arn: str
    function: Any  # moto's LambdaFunction of this version
    latest: Any  # moto's LambdaFunction $LATEST, which holds what is the function's as a whole
    admitted: set[Permission] = field(default_factory=set)


class Catalog:
    """Finds functions by name, partial ARN or ARN, with a version or an alias."""

    def __init__(self, control_plane: ControlPlane) -> None:
        self._control_plane = control_plane
        self._revision = -1
        self._known: dict[tuple[str, str | None], Target] = {}
        self._reserved: dict[str, int] | None = None

    def find(self, function: str, qualifier: str | None = None) -> Target:
        """The target of an invocation; ResourceNotFound when there is none."""
        self._refresh()
        target = self._known.get((function, qualifier))
        if target is None:
            target = self._known[function, qualifier] = self._read(function, qualifier)
        return target

    def reserved_concurrency(self) -> dict[str, int]:
        """The functions that have reserved concurrent executions, and how many."""
        self._refresh()
        if self._reserved is None:
            functions = self._control_plane.backend("lambda").list_functions()
            reserved = {f.function_name: f.reserved_concurrency for f in functions}
            self._reserved = {name: int(n) for name, n in reserved.items() if n is not None}
        return self._reserved

    def _refresh(self) -> None:
        revision = self._control_plane.revision("lambda")
        if revision != self._revision:
            self._known.clear()
            self._reserved = None
            self._revision = revision

    def _read(self, function: str, qualifier: str | None) -> Target:
        name, given = split_name(function)
        qualifier = given or qualifier
        plane = self._control_plane
        arn = f"arn:aws:lambda:{plane.region}:{plane.account_id}:function:{name}"
        invoked = f"{arn}:{qualifier}" if qualifier else arn
        backend = plane.backend("lambda")
        try:
            found = backend.get_function(name, qualifier)
            latest = backend.get_function(name)
        except Exception as error:  # moto's own tree of errors; any of them means: not found
            raise ResourceNotFound(f"Function not found: {invoked}") from error
        return Target(configuration_of(found, latest, arn), invoked, found, latest)


def configuration_of(function: Any, latest: Any, arn: str) -> Configuration:
    """moto's description of a function as ours. A sha tells versions of the code apart."""
    version = "$LATEST" if function is latest else str(function.version)
    return Configuration(
        name=function.function_name,
        version=version,
        arn=arn,
        handler=function.handler or "",
        runtime=function.run_time or "python3.11",
        role=function.role,
        memory_mb=int(function.memory_size),
        timeout=float(function.timeout),
        variables=tuple(sorted((str(k), str(v)) for k, v in function.environment_vars.items())),
        code_sha=function.code_sha_256,
        layers=tuple(layer["Arn"] for layer in function.layers),
        log_group=function.logs_group_name,
        traced=function.tracing_config.get("Mode") == "Active",
    )


def split_name(function: str) -> tuple[str, str | None]:
    """Name and qualifier of `name`, `name:qualifier`, a partial ARN or an ARN."""
    parts = function.split(":")
    if parts[0] == "arn":
        parts = parts[6:]
    elif len(parts) >= 3 and parts[1] == "function":
        parts = parts[2:]
    return parts[0], parts[1] if len(parts) > 1 else None
