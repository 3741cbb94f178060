"""The least functions: what is measured is the way to them."""

from typing import Any


def hello(event: Any, context: Any) -> dict[str, Any]:
    """Answer 200."""
    return {"statusCode": 200, "body": '{"hello": "world"}'}


def aloud(event: Any, context: Any) -> dict[str, Any]:
    """Print a line, as most functions do, and answer 200."""
    print("hello")
    return hello(event, context)
