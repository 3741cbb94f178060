"""The engine behind the one server: opensearch-py over a real socket on loopback."""

from __future__ import annotations

import asyncio

from opensearchpy import NotFoundError, OpenSearch

from serverless_app.local.http.messages import Request, Response, Session
from serverless_app.local.http.server import Server, bind
from serverless_app.local.search import SearchEngine


class SearchOnly:
    """An application that is nothing but the engine."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    async def http(self, request: Request) -> Response:
        return self._engine.handle(request)

    async def websocket(self, request: Request) -> Response | Session:
        return Response(400)


def use(port: int) -> tuple[list[str], bool, str]:
    with OpenSearch(f"http://127.0.0.1:{port}") as client:
        client.indices.create(index="a")
        client.index(index="a", id="ü/1", body={"t": "Grüße, 世界"}, refresh=True)
        body = {"query": {"match": {"t": "grüße"}}, "highlight": {"fields": {"t": {}}}}
        (hit,) = client.search(index="a", body=body)["hits"]["hits"]
        try:
            client.get(index="a", id="2")
        except NotFoundError as refused:
            status = str(refused.status_code)
        return hit["highlight"]["t"], client.exists(index="a", id="ü/1"), status


def test_opensearch_py_works_over_a_socket(engine: SearchEngine) -> None:
    async def run() -> tuple[list[str], bool, str]:
        server, sock = Server(SearchOnly(engine)), bind(0)
        await server.listen(sock)
        try:
            return await asyncio.to_thread(use, sock.getsockname()[1])
        finally:
            await server.close()

    assert asyncio.run(run()) == (["<em>Grüße</em>, 世界"], True, "404")
