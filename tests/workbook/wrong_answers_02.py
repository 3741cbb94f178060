"""The commonest wrong answers of notebook 02, each met with the sentence that tells why."""

import json
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], Any]


def _returns_the_list(function: Handler) -> Handler:
    return lambda event, context: function({"group": "cats", "limit": 2}, context)


def _body_is_no_text(function: Handler) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        found = function({"group": "cats", "limit": 2}, context)
        return {"statusCode": 200, "body": {"titles": found}}

    return handler


def _trusts_the_query(function: Handler) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        limit = int(event["queryStringParameters"].get("limit", 10))
        found = function({"group": event["pathParameters"]["groupId"], "limit": limit}, context)
        return {"statusCode": 200, "body": json.dumps({"titles": found})}

    return handler


def _lets_errors_through(function: Handler) -> Handler:
    def handler(event: Any, context: Any) -> Any:
        limit = int((event["queryStringParameters"] or {}).get("limit", 10))
        found = function({"group": event["pathParameters"]["groupId"], "limit": limit}, context)
        return {"statusCode": 200, "body": json.dumps({"titles": found})}

    return handler


def _calls_at_once(function: Handler) -> Any:
    return function({"group": "cats", "limit": 2}, None)


ENTRANCES = {"phones": "edge", "batch": "regional", "wages": "private", "shop": "regional"}
STATUSES = {
    "typo": 403,
    "stranger": 500,
    "raises": 502,
    "raises_too": 200,
    "slow": 504,
    "large": 413,
}
UNESCAPED = """{"group": "$input.params('groupId')", "text": "$input.params('text')",
"newest": #if($input.params('newest') == "yes")true#{else}false#end}"""
PASTED = """{"group": "$input.params('groupId')", "text": "$input.params('text')",
"newest": $input.params('newest')}"""
AS_TEXT = """{"group": "$input.params('groupId')", "text": "$input.params('text')",
"newest": "#if($input.params('newest') == "yes")true#{else}false#end"}"""
NO_END = """{"newest": #if($input.params('newest') == "yes")true#{else}false}"""


WRONG: list[tuple[str, Any, str]] = [
    ("02.1", ENTRANCES | {"phones": "regional"}, "three times round the world"),
    ("02.1", ENTRANCES | {"shop": "edge"}, "CloudFront already"),
    ("02.1", ENTRANCES | {"wages": "regional"}, "not on the internet"),
    ("02.1", ENTRANCES | {"batch": "vpc"}, "is no type"),
    ("02.2", STATUSES | {"typo": 404}, "unsigned call"),
    ("02.2", STATUSES | {"raises": 500}, "could not pass on"),
    ("02.2", STATUSES | {"raises_too": 502}, "default response"),
    ("02.2", STATUSES | {"stranger": 403}, "the gateway may not"),
    ("02.3", PASTED, "is no JSON"),
    ("02.3", UNESCAPED, "What ends the string too early?"),
    ("02.3", AS_TEXT, "the function wants"),
    ("02.3", NO_END, "its #end"),
    ("02.4", {"REST": 1400.0, "HTTP": 1110.0}, "first tier"),
    ("02.4", {"REST": 1353.1, "HTTP": 390.0}, "counted by its size"),
    ("02.4", {"REST": 1353.1, "HTTP": 750.0}, "What about the rest?"),
    ("02.5", _returns_the_list, "malformed, 502"),
    ("02.5", _body_is_no_text, "body is text"),
    ("02.5", _trusts_the_query, "raises AttributeError"),
    ("02.5", _lets_errors_through, "raises LookupError"),
    ("02.5", _calls_at_once, "It should give handler"),
]
