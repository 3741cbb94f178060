"""JSONPath, as mapping templates and parameter mappings use it."""

from __future__ import annotations

from typing import Any

import pytest

from serverless_app.local.gateway.json_path import find

DOCUMENT = {"a": {"b": [1, {"c d": "e"}]}, "list": [{"n": 1}, {"n": 2}], "null": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", DOCUMENT),
        ("$.a.b[0]", 1),
        ("a.b[0]", 1),
        ("$['a']['b'][1]['c d']", "e"),
        ("$.a.b[7]", None),
        ("$.a.b.c", None),
        ("$.null", None),
        ("$.list[*].n", [1, 2]),
        ("$..n", [1, 2]),
        ("$.list[?(@.n > 1)].n", [2]),
        ("$.list[0].n.x", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, found: Any) -> None:
    assert find(DOCUMENT, path) == found


def test_a_malformed_path_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a JSONPath"):
        find(DOCUMENT, "$.[")
