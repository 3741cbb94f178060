"""Mapping templates: Velocity, rendered by airspeed, with `$input`, `$util`, `$context`.

AWS page "API Gateway mapping template and access logging variable reference".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from serverless_app.local.gateway import json_path
from serverless_app.local.gateway.call import Call, last, single
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.velocity import JavaMap, java, plain, velocity_template


class Input:
    """`$input`: the body and the parameters of the request."""

    def __init__(self, body: str, call: Call) -> None:
        self.body = body
        self._call = call
        self._parsed: Any = None
        self._is_parsed = False

    def path(self, path: str) -> Any:
        """A part of the JSON body, as an object that the template can walk."""
        return java(json_path.find(self._document(), path))

    def json(self, path: str) -> str:
        """A part of the JSON body as JSON text; `""` where there is nothing."""
        found = json_path.find(self._document(), path)
        return '""' if found is None else to_json(found)

    def params(self, name: str | None = None) -> Any:
        """A parameter, looked for in path, query string and headers; or all of them."""
        call = self._call
        if name is None:
            everything = {
                "path": dict(call.path_parameters),
                "querystring": single(call.query),
                "header": single(call.headers),
            }
            return JavaMap(everything)
        if name in call.path_parameters:
            return call.path_parameters[name]
        if name in call.query:
            return call.query[name][-1]
        return last(call.headers, name, "")

    def _document(self) -> Any:
        if not self._is_parsed:
            self._parsed = json.loads(self.body) if self.body.strip() else {}
            self._is_parsed = True
        return self._parsed


class Util:
    """`$util`."""

    def escapeJavaScript(self, text: Any) -> str:
        """Escaped for a JavaScript string: quotes, `\\`, `/`, controls, all that is not ASCII."""
        return "".join(map(_escaped, "" if text is None else str(text)))

    def parseJson(self, text: str) -> Any:
        """JSON text as an object."""
        return java(json.loads(text))

    def urlEncode(self, text: str) -> str:
        """As `application/x-www-form-urlencoded` has it."""
        return quote_plus(text, safe="*").replace("~", "%7E")

    def urlDecode(self, text: str) -> str:
        """The inverse of `urlEncode`."""
        return unquote_plus(text)

    def base64Encode(self, text: str) -> str:
        """Base64 of the text in UTF-8."""
        return base64.b64encode(text.encode()).decode()

    def base64Decode(self, text: str) -> str:
        """The inverse of `base64Encode`."""
        return base64.b64decode(text).decode("utf-8", "replace")


_ESCAPES = {
    '"': '\\"',
    "'": "\\'",
    "\\": "\\\\",
    "/": "\\/",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if " " <= character <= "~":
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))


def to_json(value: Any) -> str:
    """JSON as the mapping engine writes it: compact."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def render(template: str, body: str, call: Call) -> tuple[str, dict[str, Any]]:
    """A rendered template, and `$context.requestOverride`/`responseOverride` as it set them.

    Raises GatewayError (500) for a template that does not parse or fails.
    """
    overrides: dict[str, Any] = {
        "requestOverride": {"header": {}, "path": {}, "querystring": {}},
        "responseOverride": {"header": {}, "status": None},
    }
    namespace = {
        "input": Input(body, call),
        "util": Util(),
        "context": JavaMap({**call.context, **overrides}),
        "stageVariables": JavaMap(dict(call.stage.variables)),
    }
    try:
        text = _compiled(template)(namespace)
    except Exception as error:
        raise GatewayError("API_CONFIGURATION_ERROR") from error
    return text, plain(overrides)


@lru_cache(maxsize=256)
def _compiled(template: str) -> Callable[[dict[str, Any]], str]:
    return velocity_template(template)
