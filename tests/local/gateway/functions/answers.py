"""The functions behind the test APIs."""

import json
import time


def echo(event, context):
    """The event itself, as a proxy answer."""
    return {"statusCode": 200, "body": json.dumps(event)}


def raw(event, context):
    """The event itself: for mapping templates."""
    return event


def as_told(event, context):
    """The answer that the body spells out."""
    return json.loads(event["body"])


def as_written(event, context):
    """The answer that the body spells out, byte by byte."""
    return event["body"].encode()


def fail(event, context):
    """Raises the message that the event names."""
    raise ValueError(event.get("message") or "broken")


def sleep(event, context):
    """Too slow for its integration; it finishes what it began."""
    time.sleep(0.3)
    print("finished", event["requestContext"]["requestId"])
    return {"statusCode": 200}


def token_authorizer(event, context):
    """Allows `allow`, denies `deny`, does not know `stranger`, breaks on the rest."""
    token = event["authorizationToken"]
    if token == "stranger":
        raise Exception("Unauthorized")
    if token == "nonsense":
        return {"hello": "world"}
    if token not in ("allow", "deny", "elsewhere"):
        raise ValueError(token)
    resource = "arn:aws:execute-api:*:*:other/*" if token == "elsewhere" else event["methodArn"]
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if token == "deny" else "Allow",
        "Resource": resource,
    }
    return {
        "principalId": "user-1",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"level": 7, "admin": True, "asked": context.aws_request_id},
    }


def request_authorizer(event, context):
    """Allows whoever's query string says `who`; its context is the whole event."""
    who = (event.get("queryStringParameters") or {}).get("who")
    if who == "stranger":
        raise Exception("Unauthorized")
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Deny" if who == "deny" else "Allow",
        "Resource": event["methodArn"],
    }
    return {
        "principalId": who or "anonymous",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"event": json.dumps(event)},
    }


def websocket(event, context):
    """Answers a route: what `answer` says, an error, or the event."""
    if event["requestContext"]["eventType"] == "CONNECT":
        status = (event.get("queryStringParameters") or {}).get("status", "200")
        return {"statusCode": int(status), "body": json.dumps({"refused": status})}
    if event["requestContext"]["eventType"] == "MESSAGE" and "fail" in event["body"]:
        raise ValueError("as asked")
    return {"statusCode": 200, "body": json.dumps(event)}


def remember(event, context):
    """Prints the event, so that it is found in the log."""
    print(json.dumps(event))
    return {"statusCode": 200}


def push(event, context):
    """Sends the message back through the connection URL."""
    import boto3

    place = event["requestContext"]
    if place["eventType"] == "MESSAGE":
        address = f"http://{place['domainName']}/{place['stage']}"
        client = CLIENTS.setdefault(
            address, boto3.client("apigatewaymanagementapi", endpoint_url=address)
        )
        client.post_to_connection(ConnectionId=place["connectionId"], Data=event["body"].encode())
    return {"statusCode": 200}


CLIENTS = {}


def hello(event, context):
    """The smallest answer."""
    return {"statusCode": 200, "body": "{}"}


def key_authorizer(event, context):
    """Allows everything, and counts it on the API key that is the token."""
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    return {
        "principalId": "user-1",
        "policyDocument": {"Statement": [statement]},
        "usageIdentifierKey": event["authorizationToken"],
    }
