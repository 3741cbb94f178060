"""JSON as OpenSearch takes it: no duplicate names, no NaN, no bottomless nesting, only Unicode."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from serverless_app.local.search.errors import OpenSearchError

MAX_DEPTH = 200


class MalformedJson(OpenSearchError):
    """A body that is no JSON."""

    type = "json_parse_exception"


def parse(body: bytes) -> Any:
    """The value of a JSON text. Raises MalformedJson."""
    try:
        text = body.decode("utf-8")
        value = _DECODER.decode(text.strip())
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # lone surrogates are no characters
    except RecursionError:
        raise MalformedJson(f"Document nesting depth exceeds {MAX_DEPTH}") from None
    except ValueError as error:
        raise MalformedJson(f"malformed JSON: {error}") from error
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [item for outer in level for item in _inside(outer)]
        if not level:
            return
    raise MalformedJson(f"Document nesting depth exceeds {MAX_DEPTH}")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"Duplicate field '{twice[:100]}'")
    return found


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"number [{text[:100]}] is out of range")
    return value


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"Unrecognized token '{name}'")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_not_json)
