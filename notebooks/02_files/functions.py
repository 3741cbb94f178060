"""The functions of lesson 02: one for a proxy integration, one for templates, and an echo."""

import json

TITLES = {
    "cats": ["On the stairs", "In the box", "At the window", "Asleep"],
    "dogs": ["Wet", "At the beach"],
}


def proxied(event, context):
    """A whole request comes in, a whole response goes out."""
    group = event["pathParameters"]["groupId"]
    limit = int((event["queryStringParameters"] or {}).get("limit", 10))
    if group not in TITLES:
        return {"statusCode": 404, "body": json.dumps({"error": f"no group {group}"})}
    return {"statusCode": 200, "body": json.dumps({"titles": TITLES[group][:limit]})}


def titles(event, context):
    """Titles of a group. It knows nothing of HTTP."""
    if event["group"] not in TITLES:
        raise LookupError(f"no group {event['group']}")
    return TITLES[event["group"]][: event["limit"]]


def echo(event, context):
    """The event, as it came."""
    return event
