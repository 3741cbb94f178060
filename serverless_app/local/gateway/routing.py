"""Which resource a path belongs to: static parts before `{parameters}` before `{proxy+}`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")


class _Node(Generic[T]):
    """One part of a path."""

    __slots__ = ("greedy", "here", "static", "variable")

    def __init__(self) -> None:
        self.here: T | None = None
        self.static: dict[str, _Node[T]] = {}
        self.variable: tuple[str, _Node[T]] | None = None
        self.greedy: tuple[str, _Node[T]] | None = None

    def child(self, part: str) -> _Node[T]:
        """The node below, made on first use."""
        if part.startswith("{") and part.endswith("+}"):
            self.greedy = self.greedy or (part[1:-2], _Node())
            return self.greedy[1]
        if part.startswith("{") and part.endswith("}"):
            self.variable = self.variable or (part[1:-1], _Node())
            return self.variable[1]
        return self.static.setdefault(part, _Node())


class Routes(Generic[T]):
    """A tree of resource paths, compiled once."""

    def __init__(self, resources: Iterable[tuple[str, T]]) -> None:
        self._root: _Node[T] = _Node()
        for path, resource in resources:
            node = self._root
            for part in path.strip("/").split("/") if path != "/" else ():
                node = node.child(part)
            node.here = resource

    def match(self, path: str) -> Iterator[tuple[T, dict[str, str]]]:
        """Every resource that fits a percent-encoded path, the most specific first,

        with its path parameters decoded. A slash at the end makes no difference.
        """
        parts = path[1:].split("/")
        if parts[-1] == "":
            parts.pop()
        yield from _walk(self._root, [decoded(part) for part in parts], 0, {})


def _walk(
    node: _Node[T], parts: list[str], at: int, found: dict[str, str]
) -> Iterator[tuple[T, dict[str, str]]]:
    if at == len(parts):
        if node.here is not None:
            yield node.here, found
        return
    part = parts[at]
    below = node.static.get(part)
    if below is not None:
        yield from _walk(below, parts, at + 1, found)
    if node.variable is not None and part:
        name, below = node.variable
        yield from _walk(below, parts, at + 1, {**found, name: part})
    if node.greedy is not None:
        name, below = node.greedy
        if below.here is not None:
            yield below.here, {**found, name: "/".join(parts[at:])}


def decoded(text: str) -> str:
    """Percent-decoded text; bytes that are no UTF-8 become U+FFFD."""
    if "%" not in text and text.isascii():
        return text
    return unquote_to_bytes(text.encode("latin-1", "replace")).decode("utf-8", "replace")
