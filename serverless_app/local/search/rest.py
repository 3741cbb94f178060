"""The REST surface: which path and method is which call, and what an error looks like."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from serverless_app.local.http.messages import Request, Response
from serverless_app.local.search.cluster import Cluster
from serverless_app.local.search.errors import IllegalArgument, OpenSearchError, ParsingError
from serverless_app.local.search.jsons import parse

JSON = (("Content-Type", "application/json; charset=UTF-8"),)
TEXT = (("Content-Type", "text/plain; charset=UTF-8"),)
# Everything is done by the time it is answered, so that any time limit is kept.
ALWAYS_ALLOWED = {"pretty", "timeout", "cluster_manager_timeout", "master_timeout"}


@dataclass(frozen=True)
class Call:
    """One request, taken apart: the names in its path, its parameters, its body."""

    cluster: Cluster
    path: dict[str, str]
    parameters: dict[str, str]
    body: bytes
    action: str = ""  # the part of the path's pattern that is a word: `_doc`, `_create`

    def json(self, default: Any = None) -> Any:
        """The body; `default` where there is none."""
        return parse(self.body) if self.body.strip() else default

    def object(self, allowed: set[str]) -> dict[str, Any]:
        """The body as an object that has only the names that mean something here."""
        body = self.json({})
        if not isinstance(body, dict):
            raise ParsingError("Expected [START_OBJECT] but found something else")
        for name in body:
            if name not in allowed:
                raise ParsingError(f"Unknown key for a value in [{name}].")
        return body

    def flag(self, name: str, default: bool = False) -> bool:
        """A parameter that is true or false; given without a value it is true."""
        value = self.parameters.get(name, str(default).lower())
        if value not in ("", "true", "false"):
            raise IllegalArgument(
                f"Failed to parse value [{value}] as only [true] or [false] are allowed."
            )
        return value != "false"

    def whole(self, name: str) -> int | None:
        """A parameter that is a whole number."""
        value = self.parameters.get(name)
        if value is None:
            return None
        try:
            return int(value[:25])
        except ValueError:
            raise IllegalArgument(
                f"Failed to parse int parameter [{name}] with value [{value[:100]}]"
            ) from None


Handler = Callable[[Call], Any]  # a body, or a status and a body


@dataclass(frozen=True)
class Route:
    """A method and a pattern such as `/{index}/_doc/{id}`, and the parameters it understands."""

    method: str
    pattern: tuple[str, ...]
    parameters: frozenset[str]
    handler: Handler

    @property
    def action(self) -> str:
        """The last word of the pattern that is no name."""
        return next((part for part in reversed(self.pattern) if part[:1] != "{"), "")

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The names in a path; None where it is another's."""
        if len(segments) != len(self.pattern):
            return None
        names: dict[str, str] = {}
        for part, segment in zip(self.pattern, segments, strict=True):
            if part[:1] != "{":
                if part != segment:
                    return None
            elif part == "{index}" and segment[:1] == "_" and segment != "_all":
                return None
            else:
                names[part[1:-1]] = segment
        return names


ROUTES: list[Route] = []


def route(methods: str, patterns: str, parameters: str = "") -> Callable[[Handler], Handler]:
    """Make a function the answer to some methods and paths; all three are lists with spaces."""

    def register(handler: Handler) -> Handler:
        for pattern in patterns.split():
            for method in methods.split():
                known = frozenset(parameters.split())
                ROUTES.append(Route(method, tuple(pattern.split("/")[1:]), known, handler))
        return handler

    return register


def dispatch(cluster: Cluster, request: Request) -> Response:
    """Answer a request; every error is answered in OpenSearch's shape."""
    pretty = False
    try:
        segments, parameters = _take_apart(request)
        pretty = parameters.get("pretty", "false") != "false"
        answer = _call(cluster, request, segments, parameters)
    except OpenSearchError as error:
        answer = error.status, error.body()
    except RecursionError:
        refusal = IllegalArgument("the request is nested too deeply")
        answer = refusal.status, refusal.body()
    return _response(answer, pretty, request.method)


def _take_apart(request: Request) -> tuple[list[str], dict[str, str]]:
    try:
        path = request.path.rstrip("/") or "/"
        segments = [unquote(part, errors="strict") for part in path.split("/")[1:]]
        pairs = parse_qsl(
            request.query, keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError as error:
        raise IllegalArgument(f"malformed address: {str(error)[:200]}") from error
    return segments, dict(pairs)


def _call(
    cluster: Cluster, request: Request, segments: list[str], parameters: dict[str, str]
) -> Any:
    found = [(r, names) for r in ROUTES if (names := r.match(segments)) is not None]
    wanted = "GET" if request.method == "HEAD" else request.method
    for candidate, names in found:
        if candidate.method == wanted:
            _check_parameters(request, candidate, parameters)
            return candidate.handler(
                Call(cluster, names, parameters, request.body, candidate.action)
            )
    return _nobody(request, sorted({candidate.method for candidate, _ in found}))


def _check_parameters(request: Request, route: Route, parameters: dict[str, str]) -> None:
    unknown = sorted(parameters.keys() - route.parameters - ALWAYS_ALLOWED)
    if unknown:
        raise IllegalArgument(
            f"request [{request.path}] contains unrecognized parameter: [{unknown[0][:100]}]"
        )


def _nobody(request: Request, allowed: list[str]) -> tuple[int, dict[str, Any]]:
    where = f"uri [{request.target}] and method [{request.method}]"
    if allowed:
        problem = f"Incorrect HTTP method for {where}, allowed: [{', '.join(allowed)}]"
        return 405, {"error": problem, "status": 405}
    return 400, {"error": f"no handler found for {where}", "status": 400}


def _response(answer: Any, pretty: bool, method: str) -> Response:
    status, body = answer if isinstance(answer, tuple) else (200, answer)
    if isinstance(body, str):
        return Response(status, b"" if method == "HEAD" else body.encode(), TEXT)
    text = json.dumps(body, ensure_ascii=False, indent=2 if pretty else None)
    content = b"" if method == "HEAD" else text.encode("utf-8", "replace")
    return Response(status, content, JSON)
