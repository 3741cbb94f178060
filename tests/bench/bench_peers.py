"""This laptop cloud beside serverless-offline and MiniStack, in the same interleaved rounds.

One program measures everybody by boto3 and by kept HTTP connections, one sample of one peer after
the other, so that whatever else the machine does meets them alike. The peers are installed into
`.build/peers` the first time that `--peers` asks for them; without it this cloud stands alone.

What each row means: tests/bench/README.md.
"""

from __future__ import annotations

import os
import statistics
from contextlib import ExitStack
from typing import Any

from tests.bench.load import percentile
from tests.bench.peers.ear import Ear
from tests.bench.peers.laptop import laptop_cloud
from tests.bench.peers.measures import Times, invocations, rest_calls, woken
from tests.bench.peers.memory import MEASURE, megabytes
from tests.bench.peers.ministack import ministack
from tests.bench.peers.offline import serverless_offline
from tests.bench.peers.peer import Peer
from tests.bench.peers.resources import bucket, table

COLD_STARTS, WARM_INVOCATIONS, EVENTS, WARM_UP = 15, 300, 50, 5
LOAD_ROUNDS, LOAD_SECONDS = 3, 1.0
# The first opens the connection and loads what is loaded once: its time is no sample.
SILENT = [f"hello-{number}" for number in range(1 + COLD_STARTS)]
FUNCTIONS = {**dict.fromkeys(SILENT, "hello.hello"), "aloud": "hello.aloud"}


class Board:
    """The rows so far: for every measurement one a peer, always in the same order."""

    def __init__(self, names: list[str], missing: dict[str, str]) -> None:
        self.rows: list[dict[str, Any]] = []
        self._names, self._missing = [*names, *missing], missing

    def add(
        self, group: str, unit: str, values: dict[str, float], lacking: dict[str, str] | None = None
    ) -> None:
        """A measurement; who has no value has a note that says why."""
        notes = {**self._missing, **(lacking or {})}
        for name in self._names:
            row = {"name": name, "value": values.get(name), "unit": unit, "group": group}
            self.rows.append({**row, "note": notes[name]} if name in notes else row)

    def add_medians(self, what: str, times: Times, lacking: dict[str, str] | None = None) -> None:
        """The median of each peer's times."""
        medians = {name: statistics.median(found) for name, found in times.items()}
        self.add(f"{what}, p50", "ms", medians, lacking)


def rows() -> list[dict[str, Any]]:
    """Every row of every peer; a note where one does not start or lacks a service."""
    missing: dict[str, str] = {}
    asked = {"serverless-offline": serverless_offline, "MiniStack": ministack}
    with ExitStack() as running, Ear() as ear:
        peers = [running.enter_context(laptop_cloud(FUNCTIONS))]
        for name, peer in asked.items() if os.environ.get("BENCH_PEERS") else ():
            try:
                peers.append(running.enter_context(peer(FUNCTIONS)))
            except Exception as error:  # no npm, no network: the others are measured all the same
                missing[name] = f"{name} did not start here: {error}"
        board = Board([peer.name for peer in peers], missing)
        measure(board, peers, ear)
    return board.rows


def measure(board: Board, peers: list[Peer], ear: Ear) -> None:
    """Cold first, and the memory right after it: as many functions are warm everywhere."""
    idle = {peer.name: megabytes(peer.process_id) for peer in peers}
    cold = {name: times[1:] for name, times in invocations(peers, SILENT).items()}
    warm = {peer.name: megabytes(peer.process_id) for peer in peers}
    board.add_medians("cold invocation", cold)
    for kind, function in (("", SILENT[0]), (", printing", "aloud")):
        again = invocations(peers, [function] * WARM_INVOCATIONS)
        board.add_medians(f"warm invocation{kind}", again)
        one, four = rest_calls(peers, function, LOAD_ROUNDS, LOAD_SECONDS)
        board.add_medians(f"warm REST call{kind}", one)
        slowest = {name: percentile(times, 0.99) for name, times in one.items()}
        board.add(f"warm REST call{kind}, p99", "ms", slowest)
        board.add(f"warm REST calls{kind}, 4 clients: more is better", "1/s", four)
    for what, make in (("S3 PUT", bucket), ("table write", table)):
        times, lacking = woken(peers, make, ear, WARM_UP, EVENTS)
        board.add_medians(f"{what} → function has run", times, lacking)
    board.add(f"memory before the first invocation, {MEASURE}", "MB", idle)
    board.add(f"memory with {len(SILENT)} functions warm, {MEASURE}", "MB", warm)
