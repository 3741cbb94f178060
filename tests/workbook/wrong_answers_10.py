"""The commonest wrong answers of notebook 10, each met with the sentence that tells why."""

import base64
import hashlib
from typing import Any

from botocore.exceptions import ClientError

CONSTANT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def _sha1(data: bytes) -> Any:
    return hashlib.sha1(data, usedforsecurity=False)


def _in_hexadecimal(key: str) -> str:
    digest: str = _sha1((key + CONSTANT).encode()).hexdigest()
    return digest


def _base64_of_hexadecimal(key: str) -> str:
    return base64.b64encode(_in_hexadecimal(key).encode()).decode()


def _without_the_constant(key: str) -> str:
    return base64.b64encode(_sha1(key.encode()).digest()).decode()


def _decodes_the_key(key: str) -> str:
    return base64.b64encode(_sha1(base64.b64decode(key) + CONSTANT.encode()).digest()).decode()


def _bytes_for_text(key: str) -> bytes:
    return base64.b64encode(_sha1((key + CONSTANT).encode()).digest())


def _stops_at_the_first(to_clients: Any, ids: list[str], data: bytes) -> Any:
    for each in ids:
        to_clients.post_to_connection(ConnectionId=each, Data=data)
    return [], []


def _catches_around_the_loop(to_clients: Any, ids: list[str], data: bytes) -> Any:
    try:
        return _stops_at_the_first(to_clients, ids, data)
    except ClientError:
        return [], []


def _all_errors_are_gone(to_clients: Any, ids: list[str], data: bytes) -> Any:
    gone = []
    for each in ids:
        try:
            to_clients.post_to_connection(ConnectionId=each, Data=data)
        except ClientError:
            gone.append(each)
    return gone, []


def _returns_nothing(to_clients: Any, ids: list[str], data: bytes) -> Any:
    _all_errors_are_gone(to_clients, ids, data)


def _other_way_round(to_clients: Any, ids: list[str], data: bytes) -> Any:
    _all_errors_are_gone(to_clients, ids, data)
    return ["c"], ["b", "e"]


ROUTES = {
    "tab_closed": "$disconnect",
    "unwatch": "unwatch",
    "capital": "$default",
    "nested": "$default",
    "text": "$default",
    "handshake": "$connect",
}


WRONG: list[tuple[str, Any, str]] = [
    ("10.1", ROUTES | {"capital": "watch"}, "route keys are exact"),
    ("10.1", ROUTES | {"nested": "watch"}, "top of the body"),
    ("10.1", ROUTES | {"text": "watch"}, "no JSON"),
    ("10.1", ROUTES | {"handshake": "$default"}, "those who come"),
    ("10.2", _in_hexadecimal, "hexadecimal"),
    ("10.2", _base64_of_hexadecimal, "`.digest()`, not `.hexdigest()`"),
    ("10.2", _without_the_constant, "where is the constant"),
    ("10.2", _decodes_the_key, "as it stands"),
    ("10.2", _bytes_for_text, "`.decode()` them"),
    ("10.3", {"1 KB": 0.60, "33 KB": 1.20}, "costs by the minute"),
    ("10.3", {"1 KB": 0.825, "33 KB": 0.825}, "each 32 KB, begun"),
    ("10.3", {"1 KB": 0.825, "33 KB": 1.65}, "doubled the minutes"),
    ("10.4", _stops_at_the_first, "after 2 of 5 posts"),
    ("10.4", _catches_around_the_loop, "Does an error end the loop?"),
    ("10.4", _all_errors_are_gone, "You take `c` for gone"),
    ("10.4", _returns_nothing, "returns None"),
    ("10.4", _other_way_round, "changed places"),
]
