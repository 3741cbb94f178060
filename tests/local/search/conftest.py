"""A client of the search engine, as the application has one: opensearch-py.

By default it talks to an engine inside this process, through a transport that hands each request
over as it is. `OPENSEARCH_URL=http://…` runs the same suite against a server: another engine of
ours, or a real OpenSearch. `make_index` uses names of its own and removes them.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from opensearchpy import Connection, OpenSearch

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine

URL = os.environ.get("OPENSEARCH_URL")
NUMBERS = itertools.count(1)


class InProcess(Connection):
    """opensearch-py's transport, with the engine at the other end instead of a socket."""

    def __init__(self, *, engine: SearchEngine, **options: Any) -> None:
        super().__init__(**options)
        self.engine = engine

    def perform_request(
        self,
        method: str,
        url: str,
        params: Any = None,
        body: Any = None,
        timeout: Any = None,
        ignore: Any = (),
        headers: Any = None,
    ) -> Any:
        target = f"{url}?{urlencode(params)}" if params else url
        content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body or b""
        sent = tuple((headers or {}).items())
        response = self.engine.handle(Request(method, target, sent, content))
        text = response.body.decode()
        answered = {name.lower(): value for name, value in response.headers}
        if not 200 <= response.status < 300 and response.status not in ignore:
            self._raise_error(response.status, text, answered.get("content-type"))
        return response.status, answered, text


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.reset()


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def engine(clock: Clock, faults: Faults) -> SearchEngine:
    return SearchEngine(clock=clock, faults=faults)


@pytest.fixture
def local(engine: SearchEngine) -> OpenSearch:
    """A client of the engine in this process, whatever the environment says."""
    return OpenSearch("http://in.process", connection_class=InProcess, engine=engine)


@pytest.fixture
def client(local: OpenSearch) -> Iterator[OpenSearch]:
    if URL is None:
        yield local
        return
    remote = OpenSearch(URL, timeout=30)
    yield remote
    remote.close()


@pytest.fixture
def make_index(client: OpenSearch) -> Iterator[Callable[..., str]]:
    """Make an index, with documents `{id: source}` or a list of sources; its name."""
    made = []

    def make(documents: Any = (), properties: Any = None, **settings: Any) -> str:
        name = f"contract-{os.getpid()}-{next(NUMBERS)}"
        made.append(name)
        body: dict[str, Any] = {"settings": {"number_of_shards": 1, **settings}}
        if properties:
            body["mappings"] = {"properties": properties}
        client.indices.create(index=name, body=body)
        pairs = documents.items() if isinstance(documents, dict) else enumerate(documents, 1)
        for document_id, source in pairs:
            client.index(index=name, id=str(document_id), body=source)
        client.indices.refresh(index=name)
        return name

    yield make
    for name in made:
        client.indices.delete(index=name, ignore=[404])
