"""opensearch-py's client in front of the laptop cloud's search engine, without a socket."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from opensearchpy import Connection, OpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection

from serverless_app.local.clock import Clock
from serverless_app.local.http.messages import Request
from serverless_app.local.search import SearchEngine


class EngineConnection(Connection):
    """The transport of opensearch-py: it hands requests to an engine in this process."""

    def __init__(self, *, engine: SearchEngine, **options: Any) -> None:
        super().__init__(**options)
        self._engine = engine

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
        response = self._engine.handle(Request(method, target, sent, content))
        text = response.body.decode()
        answered = {name.lower(): value for name, value in response.headers}
        if not 200 <= response.status < 300 and response.status not in ignore:
            self._raise_error(response.status, text, answered.get("content-type"))
        return response.status, answered, text


class NoAnswer(Connection):
    """A domain that is away."""

    def perform_request(self, *_: Any, **__: Any) -> Any:
        raise NoConnection("N/A", "no answer", OSError("no answer"))


def client_of(engine: SearchEngine) -> OpenSearch:
    """A client of this engine."""
    return OpenSearch(hosts=[{}], connection_class=EngineConnection, engine=engine)


def new_engine() -> SearchEngine:
    """An engine with nothing in it."""
    return SearchEngine(clock=Clock())


def away() -> OpenSearch:
    """A client of a domain that does not answer."""
    return OpenSearch(hosts=[{}], connection_class=NoAnswer, max_retries=0)


def refresh(engine: SearchEngine) -> None:
    """Let what was written be found: OpenSearch does so once a second."""
    answer = engine.handle(Request("POST", "/_refresh", _JSON))
    assert answer.status == 200, json.loads(answer.body)


_JSON = (("Content-Type", "application/json"),)
