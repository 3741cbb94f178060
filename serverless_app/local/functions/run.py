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

    `answer_first`: the caller wants no log, and hands the answer on in the same turn of the event
    loop. Log and hop are closed in the next turn or before the next invocation, whichever is
    first: so nobody who got the answer finds them open, or the environment taken.
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
