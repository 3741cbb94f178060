"""Which parts of a document's JSON an answer shows (`_source`)."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any

from serverless_app.local.search.errors import ParsingError


@dataclass(frozen=True)
class SourceFilter:
    """Shows all, nothing, or what `includes` names (empty: all) and `excludes` does not."""

    shown: bool = True
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @classmethod
    def of_body(cls, value: Any) -> SourceFilter:
        """From `_source` in a body: true, false, a name, a list, or includes and excludes."""
        if isinstance(value, bool):
            return cls(shown=value)
        if isinstance(value, str | list):
            return cls(includes=_names(value))
        if isinstance(value, dict) and not value.keys() - {"includes", "excludes"}:
            return cls(True, _names(value.get("includes", [])), _names(value.get("excludes", [])))
        raise ParsingError("[_source] takes true, false, names, or includes and excludes")

    @classmethod
    def of_parameters(cls, parameters: dict[str, str]) -> SourceFilter:
        """From `_source`, `_source_includes` and `_source_excludes` in an address."""
        given = parameters.get("_source", "true") or "true"
        if given == "false":
            return cls(shown=False)
        includes = [] if given == "true" else given.split(",")
        more = parameters.get("_source_includes", "")
        less = parameters.get("_source_excludes", "")
        includes += more.split(",") if more else []
        return cls(True, tuple(includes), tuple(less.split(",") if less else ()))

    def apply(self, source: dict[str, Any]) -> dict[str, Any]:
        """What is shown of a document."""
        if not self.includes and not self.excludes:
            return source
        return self._part(source, "")

    def _part(self, source: dict[str, Any], prefix: str) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in source.items():
            path = f"{prefix}{name}"
            if _any(self.excludes, path):
                continue
            if isinstance(value, dict):
                inner = self._part(value, f"{path}.")
                if inner or (not value and self._included(path)):
                    shown[name] = inner
            elif self._included(path):
                shown[name] = value
        return shown

    def _included(self, path: str) -> bool:
        return not self.includes or _any(self.includes, path)


def _any(patterns: tuple[str, ...], path: str) -> bool:
    """Whether a pattern names the path, or an object that it lies in."""
    parts = path.split(".")
    above = [".".join(parts[: n + 1]) for n in range(len(parts))]
    return any(fnmatch.fnmatchcase(each, pattern) for pattern in patterns for each in above)


def _names(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ParsingError("[_source] takes names")
    return tuple(names)
