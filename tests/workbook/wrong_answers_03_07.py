"""Wrong answers of notebooks 03 to 07 that students gave in a browser, each with its sentence."""

from typing import Any

from boto3.dynamodb.conditions import Key
from jsonschema import Draft4Validator


def _takes_the_top(resource: Any) -> list[str]:
    return [resource["Ref"]]


def _first_step_of_every_path(schema: Any, body: Any) -> list[str]:
    return sorted(problem.path[0] for problem in Draft4Validator(schema).iter_errors(body))


def _asks_in_python(images: Any, image_id: str, user: str) -> None:
    item = images.get_item(Key={"id": image_id})["Item"]
    if user not in item.get("likers", set()):
        images.update_item(
            Key={"id": image_id},
            UpdateExpression="ADD likes :one, likers :who",
            ExpressionAttributeValues={":one": 1, ":who": {user}},
        )


def _names_another_key(images: Any, image_id: str, user: str) -> None:
    images.get_item(Key={"imageId": image_id})


def _adds_to_nothing(images: Any, image_id: str, user: str) -> None:
    images.update_item(
        Key={"id": image_id},
        UpdateExpression="SET likes = likes + :one",
        ExpressionAttributeValues={":one": 1},
    )


KEY = [
    {"AttributeName": "groupId", "KeyType": "HASH"},
    {"AttributeName": "connectionId", "KeyType": "RANGE"},
]
UNDEFINED = {
    "Resources": {
        "Connections": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {"BillingMode": "PAY_PER_REQUEST", "KeySchema": KEY},
        }
    }
}
MARKED = {"type": "object", "properties": {"text": {"type": "string", "required": True}}}

FITS = {"shop": "Zappa", "bank": "SAM", "three_clouds": "Terraform", "course": "osls"}

WRONG: list[tuple[str, Any, str]] = [
    ("03.3", UNDEFINED, "What kind of value is groupId"),
    ("03.4", _takes_the_top, "A reference seldom stands at the top"),
    ("03.5", FITS | {"bank": "Terraform"}, "HashiCorp supports it, not AWS"),
    ("03.5", FITS | {"three_clouds": "serverless"}, "Version 4 is for AWS in effect"),
    ("03.5", FITS | {"shop": "Claudia.js"}, "'Claudia.js' is none of the four"),
    ("04.2", MARKED, "`required` is no mark on a property"),
    ("04.4", _first_step_of_every_path, "the first step of an empty path"),
    ("05.5", _asks_in_python, "put the question into the write"),
    ("05.5", _names_another_key, "This table's is `id`"),
    ("05.5", _adds_to_nothing, "ADD begins at 0"),
    ("07.3", Key("unfinishedShelf").eq(2) & Key("uploadedKey").lt("2026-11"), "write it as text"),
]
