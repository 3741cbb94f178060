"""Cursors: where a list stopped, as an opaque token that only continues the list it came from.

A token holds the position (sort keys only: the partition is the route's, so a token grants nothing
and needs no secret) and a digest of the position and of the list's name. A token that was mangled,
or that another list gave, does not fit its digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from serverless_app.errors import InvalidCursor

Position = Mapping[str, Any]

_DIGEST_BYTES = 12
_LONGEST = 4_096  # a position is small; nothing that long was ever ours


def encode_cursor(list_name: str, position: Position) -> str:
    """The token for `position` in the list called `list_name`."""
    content = json.dumps(position, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(_digest(list_name, content) + content).decode().rstrip("=")


def decode_cursor(list_name: str, token: str) -> Position:
    """The position in a token. Raises InvalidCursor unless this list gave exactly this token."""
    if len(token) > _LONGEST:
        raise InvalidCursor
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    digest, content = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
    if digest != _digest(list_name, content):
        raise InvalidCursor
    position: Position = json.loads(content)
    if encode_cursor(list_name, position) != token:  # base64 has spare bits at its end
        raise InvalidCursor
    return position


def _digest(list_name: str, content: bytes) -> bytes:
    return hashlib.sha256(list_name.encode() + b"\0" + content).digest()[:_DIGEST_BYTES]
