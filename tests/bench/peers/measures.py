"""What is measured of each peer: one sample of one peer after the other, never a peer at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from tests.bench.load import load
from tests.bench.peers.ear import Ear
from tests.bench.peers.peer import Peer
from tests.bench.peers.resources import Client

Times = dict[str, list[float]]
Write = Callable[[str], object]


def invocations(peers: list[Peer], functions: list[str]) -> Times:
    """Each function invoked once by boto3, until its answer is read, everywhere in turn."""
    clients = {peer.name: peer.client("lambda") for peer in peers}
    times: Times = {peer.name: [] for peer in peers}
    for function in functions:
        for peer in peers:
            name = peer.function_name(function)
            began = time.perf_counter()
            answer = clients[peer.name].invoke(FunctionName=name, Payload=b"{}")
            said = answer["Payload"].read()
            times[peer.name].append((time.perf_counter() - began) * 1000)
            assert b"hello" in said, f"{peer.name} did not run {name}: {said[:200]!r}"
    return times


def rest_calls(
    peers: list[Peer], function: str, rounds: int, seconds: float
) -> tuple[Times, dict[str, float]]:
    """Times of one client's calls of a function's route, and the most calls a second of four."""
    one: Times = {peer.name: [] for peer in peers}
    four = dict.fromkeys(one, 0.0)
    for peer in peers:
        load(f"{peer.rest_url}/{function}", 4, seconds)
    for _ in range(rounds):
        for peer in peers:
            one[peer.name] += load(f"{peer.rest_url}/{function}", 1, seconds)
            many = load(f"{peer.rest_url}/{function}", 4, seconds)
            four[peer.name] = max(four[peer.name], len(many) / seconds)
    return one, four


def refusal(error: ClientError | BotoCoreError) -> str:
    """What came back, in a few words."""
    if not isinstance(error, ClientError):
        return str(error)
    answer = error.response["Error"]
    return f"{error.operation_name} is answered {answer['Code']} {answer['Message']}"


def woken(
    peers: list[Peer], make: Callable[[Client, int], Write], ear: Ear, warm_up: int, samples: int
) -> tuple[Times, dict[str, str]]:
    """From before a write until the function that it wakes has run; and what each peer lacks.

    `make` prepares the source and says how one thing is written to it.
    """
    writes, lacking = {}, {}
    for peer in peers:
        try:
            writes[peer.name] = make(peer.client, ear.port)
        except (ClientError, BotoCoreError) as error:
            lacking[peer.name] = f"{peer.name} does not serve it: {refusal(error)}"
    times: Times = {name: [] for name in writes}
    for number in range(warm_up + samples):
        for place, (name, write) in enumerate(writes.items()):
            began = time.perf_counter()
            write(f"{place}-{number}")
            times[name].append((ear.heard(f"{place}-{number}") - began) * 1000)
    return {name: found[warm_up:] for name, found in times.items()}, lacking
