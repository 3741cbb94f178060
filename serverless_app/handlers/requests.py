"""Events of API Gateway, read: parameters, bodies, who asks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from serverless_app.errors import GroupNotFound, ImageNotFound, InvalidBody, InvalidParameter
from serverless_app.model import ID_PATTERN

_WHOLE = re.compile(r"[0-9]{1,9}")


class RestRequest:
    """A proxy event of the REST API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._path: Mapping[str, str] = event.get("pathParameters") or {}
        self._query: Mapping[str, str] = event.get("queryStringParameters") or {}
        self._body: str | None = event.get("body")
        self._context: Mapping[str, Any] = event["requestContext"]

    @property
    def user(self) -> str:
        """The `sub` of who is signed in: the route's authorizer has verified the token."""
        sub: str = self._context["authorizer"]["claims"]["sub"]
        return sub

    @property
    def group_id(self) -> str:
        """The group in the path. Raises GroupNotFound for what no group can be called."""
        group_id = self._path["groupId"]
        if not ID_PATTERN.fullmatch(group_id):
            raise GroupNotFound(group_id)
        return group_id

    @property
    def image_id(self) -> str:
        """The image in the path. Raises ImageNotFound for what no image can be called."""
        image_id = self._path["imageId"]
        if not ID_PATTERN.fullmatch(image_id):
            raise ImageNotFound(image_id)
        return image_id

    def text(self, name: str, *, default: str = "", longest: int = 1_000) -> str:
        """A query parameter. Raises InvalidParameter when it is longer than it may be."""
        value = self._query.get(name) or default
        if len(value) > longest or not _is_unicode(value):
            raise InvalidParameter(name, f"text of {longest} characters at most")
        return value

    def words(self, name: str, *, longest: int = 200) -> str:
        """A query parameter that must say something. Raises InvalidParameter."""
        value = self._query.get(name, "")
        if not value.strip() or len(value) > longest or not _is_unicode(value):
            raise InvalidParameter(name, f"text of 1 to {longest} characters")
        return value

    def optional(self, name: str) -> str | None:
        """A query parameter, or None."""
        return self._query.get(name)

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of several words, or the first of them. Raises InvalidParameter."""
        value = self._query.get(name, choices[0])
        if value not in choices:
            raise InvalidParameter(name, f"one of {', '.join(choices)}")
        return value

    def whole(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number within bounds. Raises InvalidParameter."""
        text = self._query.get(name, str(default))
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise InvalidParameter(name, f"a whole number from {least} to {most}")
        return int(text)

    def json(self) -> dict[str, Any]:
        """The body, which the gateway has held against its schema. Raises InvalidBody."""
        try:
            body = json.loads(self._body or "")
        except ValueError as error:
            raise InvalidBody("The body is no JSON.") from error
        if not isinstance(body, dict):
            raise InvalidBody("The body must be a JSON object.")
        if not _is_unicode(json.dumps(body, ensure_ascii=False)):
            raise InvalidBody("The body has text that is no Unicode: half of a surrogate pair.")
        return body


class WebSocketMessage:
    """An event of the WebSocket API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
    """

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.connection_id: str = event["requestContext"]["connectionId"]
        self._body: str = event.get("body") or ""

    @property
    def action(self) -> str | None:
        """What the client wants; None where it does not say."""
        action = self._json().get("action")
        return action if isinstance(action, str) else None

    @property
    def group_id(self) -> str:
        """The group that it is about. Raises GroupNotFound for what no group can be called."""
        group_id = self._json().get("groupId")
        if not isinstance(group_id, str) or not ID_PATTERN.fullmatch(group_id):
            raise GroupNotFound(str(group_id))
        return group_id

    def _json(self) -> dict[str, Any]:
        try:
            body = json.loads(self._body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


def _is_unicode(text: str) -> bool:
    """JSON may spell half of a surrogate pair (`\\ud800`), which is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
