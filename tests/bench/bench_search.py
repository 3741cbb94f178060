"""How fast the search engine is, and what it holds: the application's query, at growing sizes.

A query scores every document that has one of its words, and of each typo: that grows with what is
found, as it does in OpenSearch, and the exponents say how fast.

The corpus is seeded: words of made-up syllables, drawn as rarely or often as words are in a
language, so that a typo has neighbours. osmem-server, the one in-memory peer on PyPI, is measured
in the same run where it is installed.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serverless_app.local.clock import Clock
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine
from tests.bench.exponents import exponent

SIZES = (100, 1_000, 10_000, 30_000)
PEER_SIZE = 10_000
QUERIES = 60
PEERS = "fuzzy search of 10,000 documents"
Row = dict[str, Any]
Send = Callable[[str, str, bytes], dict[str, Any]]

INDEX = {
    "settings": {"number_of_shards": 1, "number_of_replicas": 0},
    "mappings": {
        "properties": {
            "title": {"type": "text", "analyzer": "english"},
            "description": {"type": "text", "analyzer": "english"},
            "groupName": {"type": "text", "analyzer": "english"},
            "groupId": {"type": "keyword"},
            "uploadedAt": {"type": "date"},
        }
    },
}


def vocabulary(chance: random.Random, size: int = 20_000) -> list[str]:
    """Words of two to four syllables, each once."""
    starts = ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "pl")
    vowels = ("a", "e", "i", "o", "u", "ea")
    words: dict[str, None] = {}
    while len(words) < size:
        count = chance.choice((2, 2, 3, 3, 4))
        words["".join(chance.choice(starts) + chance.choice(vowels) for _ in range(count))] = None
    return list(words)


def documents(count: int, seed: int = 7) -> list[dict[str, str]]:
    """Images as the application indexes them."""
    chance = random.Random(seed)
    words = vocabulary(chance)
    weights = [1 / (rank + 10) for rank in range(len(words))]

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(words, weights, k=chance.randint(least, most)))

    groups = [text(1, 3) for _ in range(200)]
    return [
        {
            "title": text(2, 8),
            "description": text(10, 40),
            "groupName": groups[number % 200],
            "groupId": f"group-{number % 200}",
            "uploadedAt": f"2026-11-{number % 28 + 1:02}T10:00:00Z",
        }
        for number in range(count)
    ]


def typo(word: str, chance: random.Random) -> str:
    """The word with one letter changed."""
    place = chance.randrange(len(word))
    return word[:place] + chance.choice("aeioulnrst") + word[place + 1 :]


def queries(corpus: list[dict[str, str]], seed: int = 11) -> list[bytes]:
    """The application's search, each for two words of one document, the first with a typo."""
    chance = random.Random(seed)
    bodies = []
    for document in chance.choices(corpus, k=QUERIES):
        first, second = chance.choices(document["description"].split(), k=2)
        query = {
            "query": f"{typo(first, chance)} {second}",
            "fields": ["title^3", "description", "groupName^2"],
            "fuzziness": "AUTO",
        }
        body = {
            "query": {"multi_match": query},
            "highlight": {
                "encoder": "html",
                "pre_tags": ["<mark>"],
                "post_tags": ["</mark>"],
                "number_of_fragments": 0,
                "fields": {"title": {}, "description": {}, "groupName": {}},
            },
            "size": 20,
        }
        bodies.append(json.dumps(body).encode())
    return bodies


def bulk(corpus: list[dict[str, str]]) -> bytes:
    """All documents as one bulk body."""
    lines = []
    for number, document in enumerate(corpus):
        lines += [json.dumps({"index": {"_id": str(number)}}), json.dumps(document)]
    return "\n".join([*lines, ""]).encode()


def fill(send: Send, corpus: list[dict[str, str]]) -> float:
    """Index the corpus; seconds."""
    send("PUT", "/images", json.dumps(INDEX).encode())
    body, started = bulk(corpus), time.perf_counter()
    send("POST", "/images/_bulk?refresh=true", body)
    return time.perf_counter() - started


def p50(send: Send, bodies: list[bytes]) -> float:
    """Milliseconds of a query, the median of all; the first round is not measured."""
    times = []
    for measured in (False, True):
        for body in bodies:
            started = time.perf_counter()
            send("POST", "/images/_search", body)
            if measured:
                times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def embedded() -> Send:
    """Our engine, called directly."""
    engine = SearchEngine(clock=Clock())

    def send(method: str, target: str, body: bytes) -> dict[str, Any]:
        response = engine.handle(Request(method, target, (), body))
        assert response.status < 300, response.body[:500]
        answer: dict[str, Any] = json.loads(response.body)
        return answer

    return send


def memory(size: int) -> float:
    """Megabytes that an index of `size` documents adds to a process of its own."""
    text = (
        "import psutil, tests.bench.bench_search as b\n"
        f"corpus = b.documents({size}); send = b.embedded(); body = b.bulk(corpus); del corpus\n"
        "send('PUT', '/images', b.json.dumps(b.INDEX).encode())\n"
        "b.gc.collect(); before = psutil.Process().memory_info().rss\n"
        "send('POST', '/images/_bulk?refresh=true', body); del body; b.gc.collect()\n"
        "print((psutil.Process().memory_info().rss - before) / 1e6)"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return float(done.stdout)


def start() -> float:
    """Milliseconds from nothing imported to the first answer, without the interpreter's own."""
    text = (
        "import time; t = time.perf_counter()\n"
        "from serverless_app.local.clock import Clock\n"
        "from serverless_app.local.http.messages import Request\n"
        "from serverless_app.local.search import SearchEngine\n"
        "SearchEngine(clock=Clock()).handle(Request('GET', '/'))\n"
        "print((time.perf_counter() - t) * 1000)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", text], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    return min(runs)


def peer() -> list[Row]:
    """The same queries to osmem-server over loopback; nothing where it is not installed."""
    found = importlib.util.find_spec("osmem_server")
    if found is None or found.origin is None:
        return []
    program = Path(found.origin).parent / "bin" / "osmem-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(program), "-addr", f"127.0.0.1:{port}", "-no-stdin-watch"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        send = over_http(port)
        wait_for(send)
        corpus = documents(PEER_SIZE)
        fill(send, corpus)
        return [row("fuzzy + highlight p50, osmem-server", p50(send, queries(corpus)), "ms", PEERS)]
    finally:
        server.kill()
        server.wait()


def wait_for(send: Send) -> None:
    """Until a server that was just started answers."""
    for _ in range(200):
        try:
            send("GET", "/", b"")
        except OSError:
            time.sleep(0.05)
        else:
            return


def over_http(port: int) -> Send:
    """An engine that is a server of its own."""

    def send(method: str, target: str, body: bytes) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{target}",
            body or None,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request) as response:
            answer: dict[str, Any] = json.load(response)
            return answer

    return send


def row(name: str, value: float, unit: str, group: str | None = None) -> Row:
    """One line of the table."""
    line: Row = {"name": name, "value": round(value, 2), "unit": unit}
    return {**line, "group": group} if group else line


def rows() -> list[Row]:
    """Every measurement."""
    found = [row("search: ready in", start(), "ms")]
    filled, asked = [], []
    for size in SIZES:
        corpus, send = documents(size), embedded()
        filled.append(fill(send, corpus) * 1000)
        found.append(row(f"search: index {size} documents", filled[-1], "ms"))
        group = PEERS if size == PEER_SIZE else None
        name = f"search: fuzzy + highlight p50, {size}"
        asked.append(p50(send, queries(corpus)))
        found.append(row(name, asked[-1], "ms", group))
        gc.collect()
    found.append(row("search: growth of indexing", exponent(SIZES, filled), "exponent"))
    found.append(row("search: growth of a query", exponent(SIZES, asked), "exponent"))
    found.append(row("search: memory of 10000 documents", memory(10_000), "MB"))
    return found + peer()


if __name__ == "__main__":
    for line in rows():
        print(f"{line['name']:50} {line['value']:10} {line['unit']}")
