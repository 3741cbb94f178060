"""The search engine of the laptop cloud: OpenSearch's REST API over indices in memory."""

from __future__ import annotations

import pickle

from serverless_app.local.clock import Clock
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.search import (  # noqa: F401  these modules fill the table of routes
    api_aliases,
    api_cluster,
    api_documents,
    api_indices,
    api_search,
)
from serverless_app.local.search.cluster import Cluster
from serverless_app.local.search.rest import dispatch


class SearchEngine:
    """One node of OpenSearch that keeps everything in memory.

    `handle` answers at once, on the caller's thread, one request at a time.
    """

    def __init__(
        self, *, clock: Clock, faults: Faults | None = None, name: str = "laptop-search"
    ) -> None:
        self._cluster = Cluster(name, clock, faults or Faults())

    def handle(self, request: Request) -> Response:
        """Answer one request; its target begins at the engine's own root."""
        return dispatch(self._cluster, request)

    def snapshot(self) -> bytes:
        """Everything that `restore` needs, for this version of Python and of this program."""
        return pickle.dumps((self._cluster.indices, self._cluster.created_ids), protocol=5)

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot, which must be one of our own: it is a pickle."""
        indices, created = pickle.loads(snapshot)  # noqa: S301  made by `snapshot` in this process
        self._cluster.indices, self._cluster.created_ids = indices, created

    def reset(self) -> None:
        """Forget every index."""
        self._cluster.indices, self._cluster.created_ids = {}, 0
