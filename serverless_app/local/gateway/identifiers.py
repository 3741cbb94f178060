"""Ids and times in the shapes that API Gateway gives them."""

from __future__ import annotations

import base64
import os
import re
import time
from functools import lru_cache

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CONNECTION_ID = re.compile(r"[A-Za-z0-9_-]{15}=\Z")


def extended_request_id() -> str:
    """`$context.extendedRequestId`, and the shape of connection and message ids: 15 signs, `=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


def is_connection_id(text: str) -> bool:
    """Whether a text has the shape of a connection id."""
    return bool(_CONNECTION_ID.match(text))


def request_time(seconds: float) -> str:
    """`$context.requestTime`: the common log format, `24/Nov/2026:21:02:03 +0000`."""
    return _common_log_format(int(seconds))


@lru_cache(maxsize=4)
def _common_log_format(seconds: int) -> str:
    t = time.gmtime(seconds)
    month = MONTHS[t.tm_mon - 1]
    clock = f"{t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}"
    return f"{t.tm_mday:02d}/{month}/{t.tm_year}:{clock} +0000"


def java_date(seconds: float) -> str:
    """How a REST API writes `exp` and `iat` of a token: `Tue Nov 24 21:02:03 UTC 2026`."""
    t = time.gmtime(seconds)
    day = DAYS[t.tm_wday]
    clock = f"{t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}"
    return f"{day} {MONTHS[t.tm_mon - 1]} {t.tm_mday:02d} {clock} UTC {t.tm_year}"


def execute_api_arn(region: str, account_id: str, api_id: str, rest: str) -> str:
    """`arn:aws:execute-api:…`: what policies and permissions name."""
    return f"arn:aws:execute-api:{region}:{account_id}:{api_id}/{rest}"
