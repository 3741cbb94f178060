"""Filter patterns: which records of a source reach its function.

The rules are those of "Control which events Lambda sends to your function" in the AWS Lambda
Developer Guide. A pattern names fields; each field lists what it may be; every field must agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Pattern = Mapping[str, Any]
_Test = Callable[[Any], bool]

_MISSING = object()
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


class InvalidPattern(ValueError):
    """A pattern that AWS would refuse when the mapping is made."""


def parse_patterns(criteria: Mapping[str, Any] | None) -> tuple[Pattern, ...]:
    """The patterns of a mapping's `FilterCriteria`; none lets everything through."""
    filters = (criteria or {}).get("Filters") or []
    return tuple(parse_pattern(each["Pattern"]) for each in filters if each.get("Pattern"))


def parse_pattern(text: str | Pattern) -> Pattern:
    """A pattern, checked as a whole; `InvalidPattern` says what is wrong."""
    try:
        pattern = json.loads(text) if isinstance(text, str) else text
    except ValueError as error:
        raise InvalidPattern(f"The filter pattern is not JSON: {error}") from error
    _check(pattern)
    return dict(pattern)


def passes(patterns: tuple[Pattern, ...], record: Any) -> bool:
    """Whether a record meets at least one pattern ("Your filters are logically ORed")."""
    return not patterns or any(matches(pattern, record) for pattern in patterns)


def matches(pattern: Pattern, record: Any) -> bool:
    """Whether a record meets every field of one pattern."""
    return all(_field_matches(name, wanted, record) for name, wanted in pattern.items())


def _field_matches(name: str, wanted: Any, record: Any) -> bool:
    if name == "$or":
        return any(matches(alternative, record) for alternative in wanted)
    value = record.get(name, _MISSING) if isinstance(record, Mapping) else _MISSING
    if isinstance(wanted, Mapping):
        return any(matches(wanted, inner) for inner in _objects(value))
    leaves = list(_leaves(value))
    return any(_alternative_matches(alternative, leaves) for alternative in wanted)


def _objects(value: Any) -> Iterator[Any]:
    """What a nested pattern looks into: an array's elements one by one, nothing as an empty one."""
    if isinstance(value, list):
        yield from value
    else:
        yield value if isinstance(value, Mapping) else {}


def _leaves(value: Any) -> Iterator[Any]:
    """The leaf values of a field: an object is none ("exists" works only on leaf nodes)."""
    if isinstance(value, list):
        for element in value:
            yield from _leaves(element)
    elif value is not _MISSING and not isinstance(value, Mapping):
        yield value


def _alternative_matches(alternative: Any, leaves: list[Any]) -> bool:
    if isinstance(alternative, Mapping):
        (operator, operand), *_ = alternative.items()
        if operator == "exists":
            return bool(leaves) is operand
        return any(map(_OPERATORS[operator](operand), leaves))
    return any(_same(alternative, leaf) for leaf in leaves)


def _same(wanted: Any, value: Any) -> bool:
    """Equal as JSON: true is not 1, and "1" is not 1."""
    if _is_number(wanted) and _is_number(value):
        return bool(wanted == value)
    return type(wanted) is type(value) and bool(wanted == value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text_test(operand: Any, test: Callable[[str, str], bool]) -> _Test:
    """`prefix` and `suffix`, of a string or of `{"equals-ignore-case": string}`."""
    if isinstance(operand, Mapping):
        folded = str(operand["equals-ignore-case"]).lower()
        return lambda value: isinstance(value, str) and test(value.lower(), folded)
    return lambda value: isinstance(value, str) and test(value, operand)


def _equals_ignore_case(operand: Any) -> _Test:
    return lambda value: isinstance(value, str) and value.lower() == operand.lower()


def _anything_but(operand: Any) -> _Test:
    unwanted = operand if isinstance(operand, list) else [operand]
    return lambda value: not any(_same(each, value) for each in unwanted)


def _numeric(operand: list[Any]) -> _Test:
    bounds = list(zip(operand[::2], operand[1::2], strict=True))
    return lambda value: (
        _is_number(value) and all(_COMPARISONS[sign](value, bound) for sign, bound in bounds)
    )


_OPERATORS: dict[str, Callable[[Any], _Test]] = {
    "prefix": lambda operand: _text_test(operand, str.startswith),
    "suffix": lambda operand: _text_test(operand, str.endswith),
    "equals-ignore-case": _equals_ignore_case,
    "anything-but": _anything_but,
    "numeric": _numeric,
}


def _check(pattern: Any) -> None:
    if not isinstance(pattern, Mapping):
        raise InvalidPattern("A filter pattern is a JSON object.")
    if not pattern:
        raise InvalidPattern("A filter pattern names at least one field.")
    for name, wanted in pattern.items():
        if name == "$or":
            _check_or(wanted)
        elif isinstance(wanted, Mapping):
            _check(wanted)
        else:
            _check_alternatives(name, wanted)


def _check_or(alternatives: Any) -> None:
    if not isinstance(alternatives, list) or len(alternatives) < 2:
        raise InvalidPattern("$or takes an array of at least two patterns.")
    for alternative in alternatives:
        _check(alternative)


def _check_alternatives(name: str, alternatives: Any) -> None:
    if not isinstance(alternatives, list) or not alternatives:
        raise InvalidPattern(f'"{name}" must be an object or an array of what it may be.')
    for alternative in alternatives:
        if isinstance(alternative, list):
            raise InvalidPattern(f'"{name}" may not hold an array in its array.')
        if isinstance(alternative, Mapping):
            _check_operator(name, alternative)


def _check_operator(name: str, rule: Mapping[str, Any]) -> None:
    if len(rule) != 1:
        raise InvalidPattern(f'"{name}" holds a rule with {len(rule)} operators; it takes one.')
    ((operator, operand),) = rule.items()
    if operator not in _OPERANDS:
        known = ", ".join(_OPERANDS)
        raise InvalidPattern(f'"{operator}" is no operator of Lambda event filtering ({known}).')
    if not _OPERANDS[operator](operand):
        raise InvalidPattern(f'"{name}": {json.dumps(operand)} does not suit "{operator}".')


def _text_or_folded(operand: Any) -> bool:
    if isinstance(operand, Mapping):
        return list(operand) == ["equals-ignore-case"] and isinstance(
            operand["equals-ignore-case"], str
        )
    return isinstance(operand, str)


def _unwanted_values(operand: Any) -> bool:
    values = operand if isinstance(operand, list) else [operand]
    return bool(values) and all(isinstance(each, str) or _is_number(each) for each in values)


def _numeric_bounds(operand: Any) -> bool:
    if not isinstance(operand, list) or len(operand) not in (2, 4):
        return False
    signs, bounds = operand[::2], operand[1::2]
    return all(sign in _COMPARISONS for sign in signs) and all(map(_is_number, bounds))


_OPERANDS: dict[str, Callable[[Any], bool]] = {
    "exists": lambda operand: isinstance(operand, bool),
    "prefix": _text_or_folded,
    "suffix": _text_or_folded,
    "equals-ignore-case": lambda operand: isinstance(operand, str),
    "anything-but": _unwanted_values,
    "numeric": _numeric_bounds,
}
