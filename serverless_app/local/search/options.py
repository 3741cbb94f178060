"""The options of a query clause, read and checked one by one."""

from __future__ import annotations

import re
from typing import Any

from serverless_app.local.search.errors import IllegalArgument, ParsingError
from serverless_app.local.search.fuzzy import Fuzziness


def field_and_options(
    name: str, clause: dict[str, Any], short: str | None
) -> tuple[str, dict[str, Any]]:
    """`{"title": "dog"}` and `{"title": {"query": "dog"}}` mean the same."""
    if len(clause) != 1:
        raise ParsingError(f"[{name}] query doesn't support multiple fields, found {[*clause]}")
    ((path, options),) = clause.items()
    if isinstance(options, dict):
        return path, options
    if short is None or isinstance(options, list):
        raise ParsingError(f"[{name}] query malformed, no start_object after [{path}]")
    return path, {short: options}


def only(name: str, options: dict[str, Any], allowed: set[str]) -> None:
    """Refuse an option that the query does not know. Raises ParsingError."""
    for option in options:
        if option not in allowed:
            raise ParsingError(f"[{name}] query does not support [{option}]")


def is_field_name(value: Any) -> bool:
    """Whether a value names one field: a pattern names many."""
    return isinstance(value, str) and "*" not in value


def query_text(name: str, options: dict[str, Any]) -> str:
    """The text to look for. Raises IllegalArgument where there is none."""
    value = options.get("query")
    if value is None or isinstance(value, dict | list):
        raise IllegalArgument(f"[{name}] requires query value")
    return str(value).lower() if isinstance(value, bool) else str(value)


def scalar(name: str, value: Any) -> Any:
    """A value that is no list and no object. Raises IllegalArgument."""
    if value is None or isinstance(value, dict | list):
        raise IllegalArgument(f"[{name}] value cannot be null, an object or a list")
    return value


def boost_of(options: dict[str, Any]) -> float:
    """The `boost` of a query, 1 where it has none."""
    return as_boost(options.get("boost", 1.0))


def as_boost(value: Any) -> float:
    """A factor of a score, 0 or more. Raises IllegalArgument."""
    try:
        boost = float(value)
    except (TypeError, ValueError):
        raise IllegalArgument(f"failed to parse boost [{value}]") from None
    if not 0 <= boost < float("inf"):
        raise IllegalArgument(f"negative [boost] are not allowed in [query], but was [{value}]")
    return boost


def name_and_boost(name: str) -> tuple[str, float]:
    """`title^2` is the field `title` with the boost 2."""
    path, caret, boost = name.partition("^")
    return path, as_boost(boost) if caret else 1.0


def whole(options: dict[str, Any], name: str, default: int, least: int) -> int:
    """A whole number of at least `least`. Raises IllegalArgument."""
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise IllegalArgument(f"[{name}] must be a whole number of at least {least}, not [{value}]")
    return value


def fuzziness_of(options: dict[str, Any]) -> Fuzziness | None:
    """None where words are matched as they are."""
    given = options.get("fuzziness")
    if given is None:
        return None
    swaps = options.get("fuzzy_transpositions", True)
    if not isinstance(swaps, bool):
        raise IllegalArgument(f"[fuzzy_transpositions] must be true or false, not [{swaps}]")
    prefix = whole(options, "prefix_length", 0, 0)
    most = whole(options, "max_expansions", 50, 1)
    automatic = re.fullmatch(r"AUTO(?::(\d{1,3}),(\d{1,3}))?", str(given), re.IGNORECASE)
    if automatic:
        low, high = int(automatic[1] or 3), int(automatic[2] or 6)
        return Fuzziness(None, low, high, prefix, most, swaps)
    if str(given) not in ("0", "1", "2"):
        raise IllegalArgument(f"Valid edit distances are [0, 1, 2] but was [{given}]")
    return Fuzziness(int(given), 3, 6, prefix, most, swaps)


def minimum_should_match(given: Any, clauses: int, default: int) -> int:
    """`minimum_should_match`: a number or a percentage; negative ones say how many may fail."""
    if given is None:
        return default
    match = re.fullmatch(r"(-?\d{1,6})(%?)", str(given))
    if match is None:
        raise IllegalArgument(f"[minimum_should_match] [{given}] is not supported")
    value = int(match[1])
    if match[2]:
        value = int(clauses * value / 100)
    return max(0, clauses + value if value < 0 else value)


def all_required(options: dict[str, Any]) -> bool:
    """Whether `operator` asks for every word; otherwise any word will do."""
    operator = str(options.get("operator", "or")).lower()
    if operator not in ("or", "and"):
        raise IllegalArgument(f"operator needs to be either and or or, but not [{operator}]")
    return operator == "and"
