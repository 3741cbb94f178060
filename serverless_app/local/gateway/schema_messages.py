"""`$context.error.validationErrorString`: a violation in the words of API Gateway's validator.

That validator is Java's json-schema-validator; its messages are what clients on AWS see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def message_of(problem: ValidationError) -> str:
    """One violation, as a line."""
    write = _MESSAGES.get(str(problem.validator))
    return write(problem.instance, problem.validator_value, problem) if write else problem.message


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _required(instance: Any, names: Any, problem: ValidationError) -> str:
    missing = sorted(name for name in names if name not in instance)
    return f"object has missing required properties ({_json(missing)})"


def _type(instance: Any, allowed: Any, problem: ValidationError) -> str:
    names = sorted([allowed] if isinstance(allowed, str) else allowed)
    return (
        f"instance type ({_TYPES[type(instance)]}) does not match any allowed primitive type "
        f"(allowed: {_json(names)})"
    )


def _additional(instance: Any, allowed: Any, problem: ValidationError) -> str:
    schema = problem.schema if isinstance(problem.schema, dict) else {}
    extra = sorted(name for name in instance if name not in schema.get("properties", {}))
    return f"object instance has properties which are not allowed by the schema: {_json(extra)}"


def _minimum(instance: Any, limit: Any, problem: ValidationError) -> str:
    if instance == limit:
        return f"numeric instance is not strictly greater than the required minimum {limit}"
    return (
        f"numeric instance is lower than the required minimum (minimum: {limit}, found: {instance})"
    )


def _maximum(instance: Any, limit: Any, problem: ValidationError) -> str:
    if instance == limit:
        return f"numeric instance is not strictly lower than the required maximum {limit}"
    return (
        "numeric instance is greater than the required maximum "
        f"(maximum: {limit}, found: {instance})"
    )


Writer = Callable[[Any, Any, Any], str]
_MESSAGES: dict[str, Writer] = {
    "required": _required,
    "type": _type,
    "additionalProperties": _additional,
    "minimum": _minimum,
    "maximum": _maximum,
    "minLength": lambda value, limit, _: (
        f'string "{value}" is too short (length: {len(value)}, required minimum: {limit})'
    ),
    "maxLength": lambda value, limit, _: (
        f'string "{value}" is too long (length: {len(value)}, maximum allowed: {limit})'
    ),
    "pattern": lambda value, pattern, _: (
        f'ECMA 262 regex "{pattern}" does not match input string "{value}"'
    ),
    "enum": lambda value, values, _: (
        f"instance value ({_json(value)}) not found in enum (possible values: {_json(values)})"
    ),
    "minItems": lambda value, limit, _: (
        f"array is too short: must have at least {limit} elements "
        f"but instance has {len(value)} elements"
    ),
    "maxItems": lambda value, limit, _: (
        f"array is too long: must have at most {limit} elements "
        f"but instance has {len(value)} elements"
    ),
    "uniqueItems": lambda *_: "array must not contain duplicate elements",
    "minProperties": lambda value, limit, _: (
        f"object has too few properties (found {len(value)} but schema requires at least {limit})"
    ),
    "maxProperties": lambda value, limit, _: (
        f"object has too many properties (found {len(value)} but schema requires at most {limit})"
    ),
    "multipleOf": lambda value, divisor, _: (
        f"remainder of division is not zero ({value} / {divisor})"
    ),
    "not": lambda *_: "instance matched a schema which it should not have",
    "anyOf": lambda _, schemas, __: (
        f"instance failed to match at least one required schema among {len(schemas)}"
    ),
    "oneOf": lambda _, schemas, problem: (
        "instance failed to match exactly one schema "
        f"(matched {0 if problem.context else 2} out of {len(schemas)})"
    ),
}
