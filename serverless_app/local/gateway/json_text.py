"""JSON as the gateway writes and reads it."""

from __future__ import annotations

import json
from typing import Any

import orjson

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8. What UTF-8 cannot carry becomes `?`."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a lone surrogate, or a number over 64 bits
        return _encode(value).encode("utf-8", "replace")


def loads(payload: bytes) -> Any:
    """What a function answered. Raises ValueError where it is no JSON.

    A whole number over 64 bits becomes a float.
    """
    try:
        return orjson.loads(payload)
    except ValueError:  # a lone surrogate, which only Python's parser takes, or no JSON at all
        return json.loads(payload, parse_constant=no_json)


def no_json(constant: str) -> None:
    """Python's parser takes `NaN` and `Infinity`, which are no JSON. Raises ValueError."""
    raise ValueError(constant)
