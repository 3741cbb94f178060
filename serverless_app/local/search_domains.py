"""OpenSearch domains: one engine for each domain that the control plane knows."""

from __future__ import annotations

import dataclasses
from functools import partial

from serverless_app.local.clock import Clock
from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.faults import Faults
from serverless_app.local.http.messages import Request, Response
from serverless_app.local.search import SearchEngine
from serverless_app.local.trace import Trace, root_of

PREFIX = "/_aws/opensearch/"
ACTIONS = {
    "GET": "es:ESHttpGet",
    "HEAD": "es:ESHttpHead",
    "POST": "es:ESHttpPost",
    "PUT": "es:ESHttpPut",
    "DELETE": "es:ESHttpDelete",
    "PATCH": "es:ESHttpPatch",
}


class SearchDomains:
    """Answers `/_aws/opensearch/{domain}/…` as the domain's endpoint does, permissions included."""

    def __init__(
        self, *, control_plane: ControlPlane, trace: Trace, clock: Clock, faults: Faults
    ) -> None:
        self._plane = control_plane
        self._trace = trace
        self._clock = clock
        self._faults = faults
        self._engines: dict[str, SearchEngine] = {}

    def claims(self, request: Request) -> bool:
        """Whether a request is for a domain."""
        return request.path.startswith(PREFIX)

    async def http(self, request: Request) -> Response:
        """Answer one request: 404 for an unknown domain, 403 where IAM refuses."""
        domain, slash, rest = request.target.removeprefix(PREFIX).partition("/")
        arn = f"arn:aws:es:{self._plane.region}:{self._plane.account_id}:domain/{domain}"
        if domain not in self._domains():
            return Response(404, f'{{"message": "There is no domain {domain}"}}'.encode())
        action = ACTIONS.get(request.method, "es:ESHttpPost")
        path = rest.partition("?")[0]
        refusal = self._plane.authorize(request, action, f"{arn}/{path}")
        if refusal:
            return refusal
        if self._faults.take("lose", service="opensearch"):
            return Response(503, b'{"error": "no answer"}')
        inner = dataclasses.replace(request, target=slash + rest or "/")
        operation = f"{request.method} /{path}"
        caller = self._plane.caller(request)
        trace_id = root_of(request.header("x-amzn-trace-id"))
        with self._trace.hop(
            caller, "opensearch", operation, trace_id=trace_id, request=request.body
        ) as hop:
            answer = self.engine(domain).handle(inner)
            outcome = partial(self._trace.end, hop, answer=answer.body, status=answer.status)
            outcome("ok" if answer.status < 400 or answer.status in (404, 409) else "error")
        return answer

    def engine(self, domain: str) -> SearchEngine:
        """The engine behind a domain, made at its first use."""
        if domain not in self._engines:
            self._engines[domain] = SearchEngine(
                clock=self._clock, faults=self._faults, name=domain
            )
        return self._engines[domain]

    def refresh(self) -> None:
        """Make every write so far findable, as each index's refresh interval does in time."""
        for engine in self._engines.values():
            engine.handle(Request("POST", "/_refresh"))

    def snapshot(self) -> dict[str, bytes]:
        """What every engine holds, by domain."""
        return {name: engine.snapshot() for name, engine in self._engines.items()}

    def restore(self, snapshot: dict[str, bytes]) -> None:
        """Every engine back to a snapshot; one that it does not name becomes empty."""
        for name in {*self._engines, *snapshot}:
            if name in snapshot:
                self.engine(name).restore(snapshot[name])
            else:
                self.engine(name).reset()

    def _domains(self) -> set[str]:
        return set(self._plane.backend("opensearch").domains)
