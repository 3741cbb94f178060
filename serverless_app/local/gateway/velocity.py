"""Velocity by airspeed, with Java's manners: maps print as `{a=1}`, strings know `.trim()`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any


def java(value: Any) -> Any:
    """A JSON value as templates see it."""
    if isinstance(value, dict):
        return JavaMap(value)
    if isinstance(value, list):
        return JavaList(value)
    return value


def plain(value: Any) -> Any:
    """The JSON value behind what a template handled."""
    if isinstance(value, JavaMap | JavaList):
        return plain(value._content)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


class JavaMap:
    """A `java.util.Map`: no attribute of Python's `dict` shows through as a property."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._content = content

    def __getitem__(self, key: str) -> Any:
        return java(self._content[key])

    def __setitem__(self, key: str, value: Any) -> None:
        self._content[key] = value

    def __iter__(self) -> Iterator[Any]:
        return map(java, self._content.values())

    def __len__(self) -> int:
        return len(self._content)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return bool(plain(self) == plain(other))

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{k}={_shown(v)}" for k, v in self._content.items()) + "}"

    def get(self, key: str) -> Any:
        """The value of a key, or null."""
        return java(self._content.get(key))

    def put(self, key: str, value: Any) -> Any:
        """Set a value; returns what was there."""
        before = self.get(key)
        self._content[key] = value
        return before

    def putAll(self, other: Any) -> None:
        """Set every value of another map."""
        self._content.update(plain(other))

    def remove(self, key: str) -> Any:
        """Take a value out."""
        return java(self._content.pop(key, None))

    def containsKey(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._content

    def keySet(self) -> JavaList:
        """The keys."""
        return JavaList(list(self._content))

    def values(self) -> JavaList:
        """The values."""
        return JavaList(list(self._content.values()))

    def entrySet(self) -> JavaList:
        """The entries, each with `key` and `value`."""
        return JavaList([{"key": k, "value": v} for k, v in self._content.items()])

    def size(self) -> int:
        """How many entries there are."""
        return len(self._content)

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return not self._content

    def toString(self) -> str:
        """The map as it prints."""
        return str(self)


class JavaList:
    """A `java.util.List`; it prints as JSON."""

    def __init__(self, content: list[Any]) -> None:
        self._content = content

    def __getitem__(self, index: int) -> Any:
        return java(self._content[index])

    def __setitem__(self, index: int, value: Any) -> None:
        self._content[index] = value

    def __iter__(self) -> Iterator[Any]:
        return map(java, self._content)

    def __len__(self) -> int:
        return len(self._content)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return bool(plain(self) == plain(other))

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return json.dumps(plain(self._content), separators=(",", ":"), ensure_ascii=False)

    def get(self, index: int) -> Any:
        """The value at an index."""
        return self[index]

    def set(self, index: int, value: Any) -> Any:
        """Replace a value; returns what was there."""
        before = self[index]
        self._content[index] = value
        return before

    def add(self, value: Any) -> bool:
        """Append a value."""
        self._content.append(value)
        return True

    def contains(self, value: Any) -> bool:
        """Whether the value is there."""
        return plain(value) in plain(self._content)

    def indexOf(self, value: Any) -> int:
        """Where the value is; -1 when it is not."""
        return self._content.index(value) if value in self._content else -1

    def size(self) -> int:
        """How many values there are."""
        return len(self._content)

    def isEmpty(self) -> bool:
        """Whether there is none."""
        return not self._content

    def toString(self) -> str:
        """The list as it prints."""
        return str(self)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(java(value))


_STRING_METHODS: dict[str, Callable[..., Any]] = {
    "trim": lambda self: self.strip(),
    "toLowerCase": lambda self: self.lower(),
    "toUpperCase": lambda self: self.upper(),
    "toString": lambda self: self,
    "isEmpty": lambda self: not self,
    "equals": lambda self, other: self == other,
    "equalsIgnoreCase": lambda self, other: self.lower() == str(other).lower(),
    "endsWith": lambda self, end: self.endswith(end),
    "indexOf": lambda self, text: self.find(text),
    "lastIndexOf": lambda self, text: self.rfind(text),
    "concat": lambda self, other: self + other,
    "charAt": lambda self, index: self[index],
    "split": lambda self, pattern: re.split(pattern, self),
    "replaceAll": lambda self, pattern, by: re.sub(pattern, lambda _: by, self),
    "replace": lambda self, old, new: str.replace(self, old, new),
}
_NUMBER_METHODS: dict[str, Callable[..., Any]] = {"toString": str}


@lru_cache(maxsize=1)
def _engine() -> Any:
    """airspeed, mended: a null is false in `#if`, its negation true; Java's string methods."""
    from airspeed import operators

    methods = operators.__additional_methods__
    methods[str].update(_STRING_METHODS)
    for number in (int, float, bool):
        methods.setdefault(number, {}).update(_NUMBER_METHODS)
    operators.Condition.calculate = _condition
    operators.UnaryOperatorValue.calculate = _negation
    return operators


def _condition(self: Any, namespace: Any, loader: Any) -> bool:
    """Velocity's truth: false and null are false, everything else is true."""
    result = self.expression.calculate(namespace, loader)
    return result is not None and result is not False


def _negation(self: Any, namespace: Any, loader: Any) -> bool:
    """`!` of what `#if` takes for true."""
    result = self.value.calculate(namespace, loader)
    return result is None or result is False


def velocity_template(text: str) -> Callable[[dict[str, Any]], str]:
    """A compiled template. Raises ValueError for one that evaluates text as a template:

    API Gateway has no `#evaluate`, `#parse` or `#include`, and a request's text must not run.
    """
    if re.search(r"#\{?(evaluate|parse|include)\b", text):
        raise ValueError("#evaluate, #parse and #include are no part of API Gateway's templates")
    template = _engine().Template(text)
    template.ensure_compiled()
    merge: Callable[[dict[str, Any]], str] = template.merge
    return merge
