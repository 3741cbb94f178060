"""JSONPath as `$input.path`, `$input.json` and parameter mappings use it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[str | int, ...] | None:
    """The steps of a definite path (`$.a[0]['b']`); None when it has wildcards or filters."""
    if not path.startswith("$"):
        path = f"$.{path}"
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return None
        name, index, single, double = match.groups()
        steps.append(int(index) if index is not None else name or single or double or "")
        at = match.end()
    return tuple(steps)


@lru_cache(maxsize=128)
def _compiled(path: str) -> Any:
    # jsonpath_ng takes 40 ms to import: only for the few templates that use wildcards.
    from jsonpath_ng.ext.parser import parse

    return parse(path)


def find(document: Any, path: str) -> Any:
    """What a path leads to, None when nothing is there; with wildcards a list of all matches.

    Raises ValueError when the path itself is malformed.
    """
    steps = _steps(path)
    if steps is None:
        return _find_all(document, path)
    for step in steps:
        if not isinstance(document, list if isinstance(step, int) else dict):
            return None
        try:
            document = document[step]  # type: ignore[index]
        except LookupError:
            return None
    return document


def _find_all(document: Any, path: str) -> list[Any]:
    try:
        return [match.value for match in _compiled(path).find(document)]
    except Exception as error:
        raise ValueError(f"not a JSONPath: {path}") from error
