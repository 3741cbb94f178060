"""The types of fields: what a JSON value becomes in the index, or why it cannot.

Text is split into words; everything else is a column of exact values that sort and compare.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from serverless_app.local.search.errors import IllegalArgument, MapperParsing
from serverless_app.local.search.words import ANALYZERS, Analyzer, Token

Value = str | int | float | bool

INTEGERS = {"integer": 31, "long": 63, "short": 15}
FLOATS = ("float", "double")
TYPES = ("text", "keyword", "date", "boolean", *INTEGERS, *FLOATS)
MAX_TERM_BYTES = 32_766
POSITION_GAP = 100  # between the values of an array, so that no phrase reaches across

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?"
)
_END_OF_DAY = ("1", "1", "23", "59", "59", "999")


@dataclass(frozen=True)
class Field:
    """One mapped field; `path` has dots, and ends in the subfield's name where it is one."""

    path: str
    type: str
    analyzer: Analyzer = field(default=ANALYZERS["standard"])
    search_analyzer: Analyzer = field(default=ANALYZERS["standard"])
    ignore_above: int | None = None

    @property
    def is_text(self) -> bool:
        """Whether the field is split into words and scored."""
        return self.type == "text"

    def tokens(self, values: list[Value]) -> list[Token]:
        """The words of all values, numbered on with a gap between two values."""
        tokens: list[Token] = []
        for value in values:
            shift = tokens[-1].position + 1 + POSITION_GAP if tokens else 0
            found = self.analyzer.tokens(str(value))
            tokens += [Token(t.text, t.start, t.end, t.position + shift) for t in found]
        return tokens

    def read(self, value: Any) -> Value | None:
        """A document's value as the index keeps it; None for a keyword that is too long.

        Raises ValueError with the reason when it is no value of this type.
        """
        if isinstance(value, dict | list):
            raise ValueError(f"Can't get text on a {_json_type(value)}")
        if self.type == "text":
            return text_of(value)
        if self.type == "keyword":
            return self._keyword(text_of(value))
        return convert(self.type, value)

    def _keyword(self, value: str) -> str | None:
        if self.ignore_above is not None and len(value) > self.ignore_above:
            return None
        if len(value.encode()) > MAX_TERM_BYTES:
            raise IllegalArgument(
                f'Document contains at least one immense term in field="{self.path}" (whose UTF8 '
                f"encoding is longer than the max length {MAX_TERM_BYTES}), all of which were "
                "skipped. Please correct the analyzer to not produce such terms."
            )
        return value


def convert(kind: str, value: Any, *, round_up: bool = False) -> Value:
    """A value of any type but text, from JSON. Raises ValueError with the reason."""
    if kind == "keyword":
        return text_of(value)
    if kind == "boolean":
        return _boolean(value)
    if kind == "date":
        return _date(value, round_up=round_up)
    number = _number(value)
    if kind in INTEGERS:
        whole = int(number)
        if not -(2 ** INTEGERS[kind]) <= whole < 2 ** INTEGERS[kind]:
            raise ValueError(f"Value [{value}] is out of range for a {kind}")
        return whole
    if kind == "float":
        try:
            return float(struct.unpack("<f", struct.pack("<f", number))[0])
        except OverflowError:
            raise ValueError(f"[float] supports only finite values, but got [{value}]") from None
    return float(number)


def text_of(value: Any) -> str:
    """A JSON value as the text that is split into words."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false", ""):
        return bool(value == "true")
    raise ValueError(f"Failed to parse value [{value}] as only [true] or [false] are allowed.")


def _number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number: int | float = value
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not re.fullmatch(r"[+-]?(\d{1,400}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", text):
            raise ValueError(f'For input string: "{text[:100]}"')
        number = float(text) if re.search(r"[.eE]", text) else int(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"supports only finite values, but got [{value}]")
    return number


def _date(value: Any, *, round_up: bool = False) -> int:
    """Milliseconds since 1970 of `strict_date_optional_time||epoch_millis`.

    `round_up` fills in what is missing with the end of the day, as ranges do with `lte`.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _DATE.fullmatch(str(value))
    if match is None:
        if re.fullmatch(r"-?\d{1,18}", str(value)):
            return int(value)
        raise _not_a_date(value)
    year, *parts, zone = match.groups()
    rest = [p or d for p, d in zip(parts, _END_OF_DAY, strict=True)] if round_up else parts
    month, day, hour, minute, second, fraction = rest
    try:
        moment = datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0),
            int(second or 0), int((fraction or "0").ljust(3, "0")[:3]) * 1000, UTC,
        )  # fmt: skip
        moment -= _offset(zone)
    except (ValueError, OverflowError):
        raise _not_a_date(value) from None
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def _offset(zone: str | None) -> timedelta:
    if zone in (None, "Z") or zone is None:
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _not_a_date(value: Any) -> ValueError:
    formats = "strict_date_optional_time||epoch_millis"
    return ValueError(f"failed to parse date field [{str(value)[:100]}] with format [{formats}]")


def looks_like_a_date(text: str) -> bool:
    """Whether dynamic mapping takes a string for a date."""
    if not re.match(r"\d{4}-\d\d-\d\d", text) or not _DATE.fullmatch(text):
        return False
    try:
        _date(text)
    except ValueError:
        return False
    return True


def _json_type(value: Any) -> str:
    return "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"


def wrong_value(target: Field, value: Any, document: str, error: ValueError) -> MapperParsing:
    """The refusal of a document one of whose values does not fit its field."""
    kind = "number_format_exception" if "input string" in str(error) else IllegalArgument.type
    return MapperParsing(
        f"failed to parse field [{target.path}] of type [{target.type}] in document with id "
        f"'{document}'. Preview of field's value: '{str(value)[:100]}'",
        caused_by={"type": kind, "reason": str(error)},
    )
