"""Hops in the order of cause and effect, under the names that a reader knows.

Two consumers of one stream run at the same time, so the order in which their hops began differs
from run to run. What caused what does not: a call lies inside its caller's, an event comes after
the calls of whoever caused it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from serverless_app.local.trace import Hop

READS = ("Get", "BatchGet", "Query", "Scan", "List", "Describe", "Head")
DATA_SERVICES = ("dynamodb", "s3", "sqs", "sns", "kinesis")


def named(hop: Hop, stack: str, account_id: str = "123456789012") -> Hop:
    """The hop with functions as serverless.yml names them and data by its table, bucket or queue.

    `udagram-dev-onUpload` is `onUpload`, `Images-dev` is `Images`.
    """
    resource = hop.detail.get("resource")
    target = resource if resource and hop.target in DATA_SERVICES else hop.target
    return replace(
        hop,
        source=short(hop.source, stack, account_id),
        target=short(target, stack, account_id),
        detail={**hop.detail, "service": hop.target},
    )


def short(name: str, stack: str, account_id: str) -> str:
    """A resource's name without the stack's name, the stage and the account."""
    stage = stack.rpartition("-")[2]
    return name.removeprefix(f"{stack}-").removesuffix(f"-{account_id}").removesuffix(f"-{stage}")


def in_order_of_cause(hops: Sequence[Hop]) -> list[Hop]:
    """The same hops: calls inside their caller's, then the events that these caused."""
    children: dict[int, list[Hop]] = {}
    roots: list[Hop] = []
    for index, hop in enumerate(hops):
        cause = cause_of(hop, hops[:index])
        (children.setdefault(cause.number, []) if cause else roots).append(hop)
    ordered: list[Hop] = []
    for root in roots:
        ordered += unfold(root, children)
    return ordered


def unfold(root: Hop, children: dict[int, list[Hop]]) -> Iterable[Hop]:
    """A hop, the calls inside it, and after them, one by one, the events that came of it."""
    later = deque([root])
    while later:
        stack, events = [later.popleft()], []
        while stack:
            hop = stack.pop()
            yield hop
            inside = children.get(hop.number, [])
            stack += [one for one in reversed(inside) if one.kind == "call"]
            events += [one for one in inside if one.kind == "event"]
        later.extend(sorted(events, key=lambda one: (one.target, one.number)))


def cause_of(hop: Hop, earlier: Sequence[Hop]) -> Hop | None:
    """The newest earlier hop that reached this one's source: for an event, one that wrote to it."""
    for one in reversed(earlier):
        if one.target != hop.source:
            continue
        if hop.kind == "event" and not one.operation.startswith(READS):
            return one
        if hop.kind == "call" and still_ran(one, hop.started_ms):
            return one
    return None


def still_ran(hop: Hop, at_ms: float) -> bool:
    """Whether a hop had not ended before a moment (its clock is good to a millisecond)."""
    return hop.duration_ms is None or hop.started_ms + hop.duration_ms >= at_ms - 1
