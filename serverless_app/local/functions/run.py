"""An invocation that was accepted, and one that is being carried out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from serverless_app.local.functions.catalog import Target
from serverless_app.local.functions.environment import ExecutionEnvironment
from serverless_app.local.trace import Hop, Kind


@dataclass(frozen=True, slots=True)
class Order:
    """An invocation that was accepted.

    `answer_first`: the caller hands the answer on in the same turn of the event loop, and wants
    no log. The log and the end of the hop are written in the next turn, before anybody who got
    the answer can be heard again.
    """

    target: Target
    payload: bytes
    request_id: str
    source: str
    trace_id: str | None = None
    kind: Kind = "call"
    attempt: int = 1
    client_context: str = ""
    answer_first: bool = False


@dataclass(slots=True)
class Run:
    """An order being carried out."""

    order: Order
    hop: Hop
    environment: ExecutionEnvironment
    cold: bool
    began: float = field(default_factory=time.perf_counter)
    init_output: bytes = b""
    worked: bool = False
