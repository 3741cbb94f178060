"""Paged lists: which part is asked for, and the part that is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from serverless_app.errors import InvalidParameter
from serverless_app.handlers.requests import RestRequest
from serverless_app.images import Selection
from serverless_app.model import Page

Item = TypeVar("Item")

PAGE = {"default": 20, "least": 1, "most": 100}
ORDERS = ("newest", "oldest", "title")
_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{3})?)?)?)?)?)?", re.ASCII)
_FILL = "0001-01-01T00:00:00.000"


def selection(request: RestRequest) -> Selection:
    """Which of a group's images are asked for. Raises InvalidParameter."""
    order = request.choice("order", ORDERS)
    since, until = time_of(request, "from"), time_of(request, "to")
    prefix = request.text("prefix", longest=200)
    if order == "title" and (since or until):
        raise InvalidParameter("from" if since else "to", "left out with order=title")
    if prefix and order != "title":
        raise InvalidParameter("prefix", "left out unless order=title")
    if since and until and since > until + "~":
        raise InvalidParameter("from", "no later than to")
    return Selection(order=order, since=since, until=until, prefix=prefix)


def time_of(request: RestRequest, name: str) -> str:
    """A time, or the start of one: `2026-11` means all of that month. Raises InvalidParameter."""
    text = request.text(name)
    try:
        if text and not _TIME.fullmatch(text):
            raise ValueError(text)
        datetime.fromisoformat(text + _FILL[len(text) :])
    except ValueError as error:
        raise InvalidParameter(
            name, "a time in UTC: YYYY[-MM[-DD[THH[:MM[:SS[.mmm]]]]]]"
        ) from error
    return text


def with_next_key(page: Page[Item], shown: Callable[[Item], dict[str, Any]]) -> dict[str, Any]:
    """The body of a list."""
    body: dict[str, Any] = {"items": [shown(item) for item in page.items]}
    return body | ({"nextKey": page.next_key} if page.next_key else {})
