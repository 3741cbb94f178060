"""The commonest wrong answers of notebooks 00 and 14, with words of what each is told."""

from typing import Any

JOBS = {
    "keeps the photograph": "S3",
    "refuses a request without a token": "API Gateway",
    "checks that the file is a photograph": "Lambda",
    "knows Ada's password": "Cognito",
    "remembers who watches which group": "DynamoDB",
}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Images-dev"


def _statement(action: Any = "dynamodb:Query", resource: Any = TABLE) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def _largest_load(limits: dict[str, float], loads: dict[str, float]) -> str:
    return max(loads, key=lambda name: loads[name])


def _smallest_share(limits: dict[str, float], loads: dict[str, float]) -> str:
    return min(limits, key=lambda name: loads[name] / limits[name])


def _every_target(hops: list[Any]) -> list[str]:
    return list(dict.fromkeys(hop.target for hop in hops if hop.operation == "Invoke"))


def _twice(hops: list[Any]) -> list[str]:
    return [hop.target for hop in hops if hop.kind == "event" and hop.operation == "Invoke"]


def _with_the_client(hops: list[Any]) -> list[str]:
    return list(dict.fromkeys(hop.target for hop in hops if hop.kind == "event"))


WRONG: list[tuple[str, Any, str]] = [
    ("00.1", JOBS | {"refuses a request without a token": "Cognito"}, "never went there"),
    ("00.1", JOBS | {"refuses a request without a token": "Lambda"}, "how many functions"),
    ("00.1", JOBS | {"checks that the file is a photograph": "S3"}, "looks at none"),
    ("00.2", {5}, "no address to put the file to"),
    ("00.2", {1, 2, 3, 4, 5, 6}, "sends the event later"),
    ("00.3", "pending", "started by that very change"),
    ("00.3", "nothing", "A reload asks anew"),
    ("00.4", _every_target, "createImage was called"),
    ("00.4", _twice, "at least once"),
    ("00.4", _with_the_client, "starts no function"),
    ("14.1", {"Kinesis", "OpenSearch", "DynamoDB"}, "on demand"),
    ("14.1", {"OpenSearch"}, "Kinesis still cost"),
    ("14.1", {"Kinesis", "OpenSearch", "Lambda"}, "paid by request"),
    ("14.1", {"Kinesis", "OpenSearch", "alarms"}, "the six names"),
    ("14.1", "kinesis, Cognito", "active in the month"),
    ("14.2", _statement("Query"), "names its service too"),
    ("14.2", _statement("dynamodb:*"), "allows deletions too"),
    ("14.2", _statement("dynamodb:Scan"), "that is a Query"),
    ("14.2", _statement(resource="*"), "every table of the account"),
    ("14.2", _statement(resource=f"{TABLE}/index/*"), "asks no index"),
    ("14.3", _largest_load, "divide by the limit"),
    ("14.3", "shard", "the function itself"),
    ("14.3", _smallest_share, "farthest from its limit"),
    ("14.4", ("halve Lambda's duration", 62.0), "longest number"),
    ("14.4", ("HTTP API in place of REST (1.00 a million in place of 3.50)", 400), "there is more"),
    ("14.4", ("send photographs of 1 MB in place of 2", 3.6), "You have 3.6"),
    ("14.4", ("send photographs of 1 MB in place of 2", "3600"), "as a number"),
]
