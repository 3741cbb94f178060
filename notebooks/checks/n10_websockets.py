"""Judges of notebook 10: routes, the proof of the handshake, a bill, telling many."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from exercises import Verdict, exercise, not_yet, right

ROUTES = {
    "tab_closed": "$disconnect",
    "unwatch": "unwatch",
    "capital": "$default",
    "nested": "$default",
    "text": "$default",
    "handshake": "$connect",
}
_ROUTE = {
    "tab_closed": "tab_closed: the browser ends the connection, and there is a route for that.",
    "unwatch": "unwatch: `action` says unwatch, and such a route exists.",
    "capital": "capital: route keys are exact. `Watch` is no route of this API, so what takes it?",
    "nested": "nested: $request.body.action looks at the top of the body: no action is there.",
    "text": "text: without quotation marks and braces that is no JSON; an expression that looks "
    "into a body finds nothing to look into.",
    "handshake": "handshake: before there is a line there can be no message; one route is for "
    "those who come.",
}


@exercise(
    "10.1",
    "Which route?",
    stars=1,
    hints=(
        "Three of the six have a route by name: one comes, one goes, one says what it wants.",
        "Whatever is left belongs to $default, for three different reasons.",
    ),
)
def which_route(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != set(ROUTES):
        return not_yet(f"Keep the dictionary, with a route for each of {', '.join(ROUTES)}.")
    wrong = [_ROUTE[name] for name in ROUTES if attempt[name] != ROUTES[name]]
    if wrong:
        return not_yet(" ".join(wrong))
    return right("A route by its exact name, or $default; coming and going have their own.")


CONSTANT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEYS = ("dGhlIHNhbXBsZSBub25jZQ==", "x3JJHMbDL1EzLkh9GBhXDw==")


def _proof(key: bytes, constant: str = CONSTANT) -> bytes:
    return hashlib.sha1(key + constant.encode(), usedforsecurity=False).digest()


@exercise(
    "10.2",
    "The proof",
    stars=2,
    hints=(
        "Three steps: append the constant, hash with SHA-1, write the hash in base64.",
        "`.digest()` gives the hash's 20 bytes, `.hexdigest()` a text of 40 signs; base64 wants "
        "the bytes. At the end `.decode()` makes text of bytes.",
    ),
)
def the_proof(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `accept`, not {str(attempt)[:40]!r}.")
    for key in KEYS:
        given = attempt(key)
        if given is None:
            return not_yet("Your function ends without `return`, so it answers None.")
        problem = _mistaken(key, given)
        if problem:
            return not_yet(problem)
    return right("Two keys, two proofs, the first as the RFC prints it.")


def _mistaken(key: str, given: Any) -> str | None:
    """What is wrong with an accept value, or None."""
    wanted = base64.b64encode(_proof(key.encode()))
    if given == wanted.decode():
        return None
    known = {
        wanted: "The right bytes, but a header is text: `.decode()` them.",
        _proof(key.encode()): "That is the hash itself, 20 bytes. A header takes text: base64.",
        _proof(key.encode()).hex(): "That is the hash in hexadecimal. The standard wants base64 of "
        "its bytes: `.digest()`.",
        base64.b64encode(_proof(key.encode()).hex().encode()).decode(): "That is base64 of the "
        "hash's *hexadecimal text*. Take its bytes: `.digest()`, not `.hexdigest()`.",
        base64.b64encode(_proof(key.encode(), "")).decode(): "That is the hash of the key alone. "
        "Whoever repeats or hashes what it is sent proves nothing: where is the constant?",
        base64.b64encode(_proof(base64.b64decode(key))).decode(): "You decoded the key first. It "
        "is hashed as it stands in the header.",
    }
    if isinstance(given, (str, bytes)) and given in known:
        return known[given]
    return f"For {key} you gave {str(given)[:60]!r}; the server must say {wanted.decode()!r}."


@exercise(
    "10.3",
    "A month of visitors",
    stars=2,
    hints=(
        "Two meters: minutes of all connections, and messages. MINUTE and MESSAGE are above.",
        "900,000 minutes are 0.225 dollars. How many messages are there, and how often does one "
        "of 33 KB count?",
    ),
)
def a_month(attempt: Any) -> Verdict:
    if not isinstance(attempt, Mapping) or set(attempt) != {"1 KB", "33 KB"}:
        return not_yet('Hand in a dictionary with both: {"1 KB": …, "33 KB": …}.')
    small, large = float(attempt["1 KB"]), float(attempt["33 KB"])
    if _near(small, 0.60):
        return not_yet(
            "0.60 are the messages. A line that is open costs by the minute, silent or not."
        )
    if _near(small, 0.225):
        return not_yet("0.225 are the minutes. Each message to a client counts as well.")
    if not _near(small, 0.825):
        return not_yet(f"1 KB: not {small:,.3f}. Count the minutes, count the messages, add.")
    if _near(large, small):
        return not_yet(
            "33 KB: a message counts once for each 32 KB, begun. How often is that here?"
        )
    if _near(large, 1.65):
        return not_yet("33 KB: you doubled the minutes, too. Only messages are counted by size.")
    if not _near(large, 1.425):
        return not_yet(
            f"33 KB: not {large:,.3f}. Each message counts twice, the minutes as before."
        )
    return right("0.83 and 1.43 dollars for 600,000 messages; the thirty-third KB costs 60 cents.")


def _near(given: float, wanted: float) -> bool:
    return abs(given - wanted) < 0.0051


ERRORS = {"b": "GoneException", "c": "LimitExceededException", "e": "GoneException"}


class _Gone(ClientError):
    """As boto3's client has it: `to_clients.exceptions.GoneException`."""


class _Exceptions:
    ClientError = ClientError
    GoneException = _Gone
    LimitExceededException = type("LimitExceededException", (ClientError,), {})


class _Clients:
    """The connection URL of five clients: two have gone, one reads too slowly."""

    exceptions = _Exceptions

    def __init__(self) -> None:
        self.asked: list[str] = []

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:
        self.asked.append(ConnectionId)
        if ConnectionId in ERRORS:
            code = ERRORS[ConnectionId]
            kind: type[ClientError] = getattr(self.exceptions, code)
            raise kind({"Error": {"Code": code, "Message": ""}}, "PostToConnection")


@exercise(
    "10.4",
    "Tell them all",
    stars=3,
    hints=(
        "The `try` belongs inside the loop, around one post: an error of one must not end it.",
        "except ClientError as error: is error.response['Error']['Code'] 'GoneException', or "
        "another? Two lists.",
        "Return both, gone first: `return gone, again`.",
    ),
)
def tell_them_all(attempt: Any) -> Verdict:
    if not callable(attempt):
        return not_yet(f"Hand in the function itself, `tell_everybody`, not {str(attempt)[:40]!r}.")
    clients = _Clients()
    try:
        given = attempt(clients, ["a", "b", "c", "d", "e"], b"news")
    except ClientError as error:
        return not_yet(
            f"Your function let {error.response['Error']['Code']} out after "
            f"{len(clients.asked)} of 5 posts: the others hear nothing. Catch it inside the loop."
        )
    if clients.asked != ["a", "b", "c", "d", "e"]:
        return not_yet(
            f"It posted to {clients.asked}; five were to be told, each once. Does an error end the "
            "loop?"
        )
    return _judge_lists(given)


def _judge_lists(given: Any) -> Verdict:
    if given is None:
        return not_yet("Everybody was tried, but the function returns None: `return gone, again`.")
    if not isinstance(given, Sequence) or len(given) != 2 or isinstance(given, str):
        return not_yet(f"It should return two lists, gone and again, and gave {str(given)[:60]}.")
    gone, again = (list(each) for each in given)
    if gone == ["b", "c", "e"]:
        return not_yet(
            "You take `c` for gone. Its error was LimitExceededException: it reads slowly, but is "
            "there. Only GoneException (410) means gone."
        )
    if (gone, again) == (["c"], ["b", "e"]):
        return not_yet("The two lists have changed places: gone first, then those to try again.")
    if gone != ["b", "e"]:
        return not_yet(f"Gone are b and e, whose posts ended in GoneException; you gave {gone}.")
    if again != ["c"]:
        return not_yet(f"To be tried again is c, whose error was another; you gave {again}.")
    return right("Five asked, two told, two gone, one for later, and nobody silenced another.")
