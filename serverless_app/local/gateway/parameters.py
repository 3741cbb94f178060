"""Mapping expressions: `method.request.header.X`, `context.Y`, `stageVariables.Z`, `'static'`.

AWS page "Parameter mapping source reference for REST APIs in API Gateway".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from serverless_app.local.gateway import json_path
from serverless_app.local.gateway.call import Call, Multi, last

Value = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an integration answered. `error` is the text that selection patterns are tried on."""

    status: int
    headers: Multi
    body: bytes
    error: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def resolve(expression: str, call: Call, answer: Answer | None = None) -> Value:
    """What an expression stands for; None when it is not there, or means nothing."""
    if expression.startswith("'"):
        return expression[1:-1] if expression.endswith("'") else expression[1:]
    source, _, rest = expression.partition(".")
    if source == "context":
        return _text(lookup(call.context, rest))
    if source == "stageVariables":
        return call.stage.variables.get(rest)
    if expression.startswith(("method.request.", "route.request.")):
        return _of_request(expression.partition(".request.")[2], call)
    if expression.startswith("integration.response.") and answer is not None:
        return _of_answer(expression.removeprefix("integration.response."), answer)
    return None


def one(value: Value) -> str | None:
    """A single value: the last one of several."""
    if isinstance(value, list):
        return value[-1] if value else None
    return value


def lookup(values: Any, path: str) -> Any:
    """A nested value by its dotted path; a key may itself contain dots or colons."""
    if not isinstance(values, dict):
        return None
    if path in values:
        return values[path]
    head, dot, rest = path.partition(".")
    return lookup(values.get(head), rest) if dot else None


def _of_request(expression: str, call: Call) -> Value:
    place, _, name = expression.partition(".")
    if place == "header":
        return last(call.headers, name)
    if place == "multivalueheader":
        wanted = name.lower()
        return next((v for k, v in call.headers.items() if k.lower() == wanted), None)
    if place == "querystring":
        return last(call.query, name)
    if place == "multivaluequerystring":
        return call.query.get(name)
    if place == "path":
        return call.path_parameters.get(name)
    if place == "body":
        return _of_body(call.body, name)
    return None


def _of_answer(expression: str, answer: Answer) -> Value:
    place, _, name = expression.partition(".")
    if place == "header":
        return last(answer.headers, name)
    if place == "multivalueheader":
        wanted = name.lower()
        return next((v for k, v in answer.headers.items() if k.lower() == wanted), None)
    if place == "body":
        return _of_body(answer.text, name)
    return None


def _of_body(body: str, path: str) -> str | None:
    if not path:
        return body
    try:
        return _text(json_path.find(json.loads(body), path))
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
