"""A template that is JSON is read as JSON: moto reads it as YAML, a character at a time."""

from __future__ import annotations

import json
from typing import Any


def install() -> None:
    """Patch how stacks read their templates."""
    from moto.cloudformation.models import Stack

    stock = Stack.parse_template

    def parse_template(template: str) -> Any:
        try:
            return json.loads(template)
        except ValueError:
            return stock(template)

    Stack.parse_template = staticmethod(parse_template)
