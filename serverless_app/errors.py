"""Every error that Udagram raises on purpose.

    UdagramError
    ├── InvalidRequest              the caller must ask differently
    │   ├── InvalidParameter        a query or path parameter
    │   ├── InvalidBody             a body that is no JSON object, or no Unicode
    │   ├── InvalidCursor           a nextKey that was mangled, or belongs to another list
    │   ├── UnknownAction           a WebSocket message that no route is for
    │   └── TooManyGroups           a connection that watches enough already
    ├── NotFound
    │   ├── GroupNotFound
    │   └── ImageNotFound
    ├── NotTheOwner                 somebody else's image
    ├── TokenRefused
    │   ├── TokenInvalid            malformed, unsigned, forged or expired
    │   └── TokenForeign            good, but for somebody else
    ├── NotAnImage                  an upload that no thumbnail can be made of: it becomes REJECTED
    ├── SearchUnavailable           the search domain does not answer
    │   └── SearchIsOff             this deployment has none
    ├── Throttled                   AWS refuses for the moment, however often the SDK asks
    ├── WatchersUnreached           some posts failed, and trying again makes sense
    ├── CountingRaced               somebody else counted the same shard, again and again
    ├── IndexRefused                documents that the search index does not take
    ├── RecordsExpired              a stream no longer has what is to be redriven
    └── SettingsMissing             the environment lacks names

Each carries its evidence as attributes. `code` is a word that clients may rely on; the message says
what was wrong and what to do. Which HTTP status an error gets is the edges' business, not its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class UdagramError(Exception):
    """The root: `code`, a message, and `details` for machines, or None."""

    code: ClassVar[str] = "error"

    @property
    def details(self) -> Mapping[str, Any] | None:
        """What a client may show beside the message."""
        return None

    def as_json(self) -> dict[str, Any]:
        """`{code, message, details?}`: the shape of every error that leaves the application."""
        body: dict[str, Any] = {"code": self.code, "message": str(self)}
        return body | ({"details": dict(self.details)} if self.details else {})


class InvalidRequest(UdagramError):
    """The caller must ask differently."""

    code = "invalid_request"


class InvalidParameter(InvalidRequest):
    """A parameter that does not mean anything."""

    code = "invalid_parameter"

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name} must be {expected}.")
        self.name, self.expected = name, expected

    @property
    def details(self) -> Mapping[str, Any]:
        return {"parameter": self.name}


class InvalidBody(InvalidRequest):
    """A body that can't be read."""

    code = "invalid_body"


class InvalidCursor(InvalidRequest):
    """A nextKey that this list did not give."""

    code = "invalid_next_key"

    def __init__(self) -> None:
        super().__init__("This nextKey does not continue this list. Start again without one.")


class UnknownAction(InvalidRequest):
    """A WebSocket message that no route is for."""

    code = "unknown_action"

    def __init__(self, action: str | None) -> None:
        known = 'Send {"action": "watch"|"unwatch", "groupId": …}.'
        what = (
            "That is no JSON object with an action" if action is None else "There is no such action"
        )
        super().__init__(f"{what}. {known}")
        self.action = action


class TooManyGroups(InvalidRequest):
    """A connection watches as many groups as it may."""

    code = "too_many_groups"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A connection watches {limit} groups at most: unwatch one first.")
        self.limit = limit


class NotFound(UdagramError):
    """There is nothing of that name."""

    code = "not_found"


class GroupNotFound(NotFound):
    """No such group."""

    code = "group_not_found"

    def __init__(self, group_id: str) -> None:
        super().__init__("There is no such group.")
        self.group_id = group_id


class ImageNotFound(NotFound):
    """No such image, or not any more, or not yet in the index that finds it."""

    code = "image_not_found"

    def __init__(self, image_id: str) -> None:
        super().__init__("There is no such image.")
        self.image_id = image_id


class NotTheOwner(UdagramError):
    """Only who uploaded an image may delete it."""

    code = "not_the_owner"

    def __init__(self, image_id: str) -> None:
        super().__init__("Only who uploaded an image may delete it.")
        self.image_id = image_id


class TokenRefused(UdagramError):
    """A token that opens nothing."""

    code = "token_refused"


class TokenInvalid(TokenRefused):
    """Malformed, unsigned, forged or expired: `reason` says which."""

    code = "token_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The token is not valid: {reason}.")
        self.reason = reason


class TokenForeign(TokenRefused):
    """Another pool's or another client's, or no ID token."""

    code = "token_foreign"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The token is not meant for this application: {reason}.")
        self.reason = reason


class NotAnImage(UdagramError):
    """An upload that no thumbnail can be made of."""

    code = "not_an_image"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Throttled(UdagramError):
    """A table, or another service, has no capacity left just now; the SDK has tried again already.

    `seconds`: when to come back at the earliest.
    """

    code = "throttled"

    def __init__(self, seconds: int = 1) -> None:
        super().__init__("Too much is asked for just now. Please try again.")
        self.seconds = seconds

    @property
    def details(self) -> Mapping[str, Any]:
        return {"retryAfter": self.seconds}


class SearchUnavailable(UdagramError):
    """The search domain does not answer."""

    code = "search_unavailable"

    def __init__(self, message: str = "Search is away for the moment. Please try again.") -> None:
        super().__init__(message)


class SearchIsOff(SearchUnavailable):
    """This deployment was made without a search domain."""

    code = "search_off"

    def __init__(self) -> None:
        super().__init__("This deployment has no search: deploy it with --param search=on.")


class WatchersUnreached(UdagramError):
    """Posts that failed for another reason than a closed connection."""

    code = "watchers_unreached"

    def __init__(self, connection_ids: Sequence[str]) -> None:
        super().__init__(f"{len(connection_ids)} watchers could not be told.")
        self.connection_ids = tuple(connection_ids)


class CountingRaced(UdagramError):
    """Somebody else counted the same shard, again and again: the batch shall come once more."""

    code = "counting_raced"

    def __init__(self, shard_id: str) -> None:
        super().__init__(f"Somebody else counts the views of {shard_id}.")
        self.shard_id = shard_id


class IndexRefused(UdagramError):
    """Documents that the search index does not take."""

    code = "index_refused"

    def __init__(self, image_ids: Sequence[str]) -> None:
        super().__init__(f"The search index refused {len(image_ids)} documents.")
        self.image_ids = tuple(image_ids)


class RecordsExpired(UdagramError):
    """A stream no longer has the records that are to be redriven."""

    code = "records_expired"

    def __init__(self, shard_id: str, first: str, last: str) -> None:
        super().__init__(f"{shard_id} no longer has the records {first} to {last}.")
        self.shard_id, self.first, self.last = shard_id, first, last


class SettingsMissing(UdagramError):
    """Every environment variable that is needed and not there."""

    code = "settings_missing"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"The environment lacks {', '.join(names)}.")
        self.names = tuple(names)
