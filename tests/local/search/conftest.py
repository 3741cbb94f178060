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

import pytest
from opensearchpy import OpenSearch

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.search import SearchEngine
from tests.search_domain import EngineConnection

URL = os.environ.get("OPENSEARCH_URL")
NUMBERS = itertools.count(1)


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
    return OpenSearch("http://in.process", connection_class=EngineConnection, engine=engine)


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
