"""Seeded random DynamoDB traffic; prints a line a response. A script, not a test.

`traffic.py stock 500` runs it on moto as it is, `traffic.py fast 500` on moto with the speed-ups.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sys
from typing import Any

ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com/"
SCOPE = "test/20260101/us-east-1/dynamodb/aws4_request"
TABLES = {"sn": ("S", "N"), "ns": ("N", "S"), "bb": ("B", "B"), "alone": ("S", None)}
INDEX_KEYS = {"g1": ("u", "n"), "g2": ("u", None), "g3": ("n", "u"), "l1": ("h", "n")}
chance = random.Random(7)


def call(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send one request straight to moto's response class, and print its answer's digest."""
    from moto.core.request import Request
    from moto.dynamodb.responses import DynamoHandler

    headers = {
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={SCOPE}",
    }
    request = Request.from_primitives("POST", ENDPOINT, headers, json.dumps(body).encode())
    try:
        status, _, answer = DynamoHandler.dispatch(request, request.raw_url, request.headers)
    except Exception as error:
        status, answer = 500, type(error).__name__
    text = answer if isinstance(answer, str) else answer.decode()
    if operation != "CreateTable":
        print(operation, status, hashlib.sha256(text.encode()).hexdigest()[:16], text[:60])
    return json.loads(text) if status == 200 else {}


def key(name: str, kind: str) -> dict[str, str]:
    return {"AttributeName": name, "KeyType": kind}


def create(table: str, hash_type: str, range_type: str | None) -> None:
    everything = {"ProjectionType": "ALL"}
    attributes = {"h": hash_type, "u": "S", "n": "N"} | ({"r": range_type} if range_type else {})
    some = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["m"]}
    projections = {"g1": everything, "g2": {"ProjectionType": "KEYS_ONLY"}, "g3": some}
    body: dict[str, Any] = {
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [key("h", "HASH")] + ([key("r", "RANGE")] if range_type else []),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": [
                    key(attribute, kind)
                    for attribute, kind in zip(INDEX_KEYS[name], ("HASH", "RANGE"), strict=True)
                    if attribute
                ],
                "Projection": projection,
            }
            for name, projection in projections.items()
        ],
    }
    if range_type:
        schema = [key("h", "HASH"), key("n", "RANGE")]
        local = {"IndexName": "l1", "KeySchema": schema, "Projection": everything}
        body["LocalSecondaryIndexes"] = [local]
    call("CreateTable", body)


def encoded(number: int) -> str:
    return base64.b64encode(b"k%d" % number).decode()


def value(kind: str, number: int) -> dict[str, str]:
    if kind == "S":
        return {"S": f"k{number}\u00e9"}
    if kind == "B":
        return {"B": encoded(number)}
    return {"N": chance.choice([str(number), f"{number}.0", f"{number}.5"])}


def item(table: str) -> dict[str, Any]:
    hash_type, range_type = TABLES[table]
    made: dict[str, Any] = {"h": value(hash_type, chance.randrange(6))}
    if range_type:
        made["r"] = value(range_type, chance.randrange(25))
    if chance.random() < 0.8:
        made["u"] = {"S": f"u{chance.randrange(4)}"}
    if chance.random() < 0.8:
        made["n"] = {"N": chance.choice(["1", "2", "10", "1.50", "-3", "1e2"])}
    if chance.random() < 0.5:
        leaves = [{"S": "x"}, {"N": "1"}, {"BOOL": True}, {"NULL": True}, {"B": encoded(3)}]
        nested = {"a": {"L": leaves}, "S": {"S": "tricky"}, "e": {"M": {}}, "l": {"L": []}}
        made["m"] = {"M": nested}
    if chance.random() < 0.3:
        made |= {"ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": [encoded(1)]}}
    return made


def key_of(table: str) -> dict[str, Any]:
    return {name: v for name, v in item(table).items() if name in ("h", "r")}


def update(table: str) -> None:
    nested = chance.random() < 0.5
    call(
        "UpdateItem",
        {
            "TableName": table,
            "Key": key_of(table),
            "UpdateExpression": "SET m.q = :v, n = :n" if nested else "SET u = :v ADD cnt :n",
            "ExpressionAttributeValues": {":v": {"S": "u1"}, ":n": {"N": "2"}},
            "ReturnValues": "ALL_NEW",
        },
    )


def transact(table: str) -> None:
    operations = []
    for _ in range(chance.choice([1, 2, 3])):
        made = item(table)
        found = {name: v for name, v in made.items() if name in ("h", "r")}
        conditions: list[dict[str, str]] = [
            {},
            {},
            {"ConditionExpression": "attribute_not_exists(h)"},
            {"ConditionExpression": "attribute_exists(h)"},
        ]
        condition = chance.choice(conditions)
        changed = {"UpdateExpression": "SET u = :v"}
        values = {"ExpressionAttributeValues": {":v": {"S": "u2"}}}
        operations.append(
            chance.choice(
                [
                    {"Put": {"TableName": table, "Item": made, **condition}},
                    {"Delete": {"TableName": table, "Key": found, **condition}},
                    {
                        "Update": {
                            "TableName": table, "Key": found, **changed, **values, **condition,
                        }
                    },
                ]
            )
        )  # fmt: skip
    call("TransactWriteItems", {"TransactItems": operations})


def read(table: str, *, scan: bool) -> None:
    hash_type, range_type = TABLES[table]
    body: dict[str, Any] = {"TableName": table}
    values: dict[str, Any] = {}
    index = chance.choice([None, None, "g1", "g2", "g3"] + (["l1"] if range_type else []))
    if index:
        body["IndexName"] = index
    if chance.random() < 0.4:
        body["Limit"] = chance.choice([1, 2, 5])
    if chance.random() < 0.25:
        body["FilterExpression"], values[":f"] = "attribute_exists(m) OR n > :f", {"N": "1"}
    if chance.random() < 0.2 and not index:
        body["ProjectionExpression"] = "h, m.a[0], n"
    if not scan:
        add_key_condition(body, values, index, (hash_type, range_type))
    if values:
        body["ExpressionAttributeValues"] = values
    for _ in range(8):
        last = call("Scan" if scan else "Query", body).get("LastEvaluatedKey")
        if not last:
            break
        body["ExclusiveStartKey"] = last


def add_key_condition(
    body: dict[str, Any], values: dict[str, Any], index: str | None, types: tuple[str, str | None]
) -> None:
    own = ("h", "r" if types[1] else None)
    partition, sort = INDEX_KEYS[index] if index else own
    kinds = {"h": types[0], "r": types[1], "u": "u", "n": "n"}

    def wanted(name: str) -> dict[str, str]:
        if name == "u":
            return {"S": f"u{chance.randrange(4)}"}
        if name == "n":
            return {"N": chance.choice(["1", "1.5", "100", "10.0"])}
        return value(str(kinds[name]), chance.randrange(6))

    body["KeyConditionExpression"], values[":h"] = f"{partition} = :h", wanted(partition)
    if sort and chance.random() < 0.4:
        body["KeyConditionExpression"] += f" AND {sort} {chance.choice(['>', '<=', '='])} :r"
        values[":r"] = wanted(sort)
    if chance.random() < 0.5:
        body["ScanIndexForward"] = False


def step() -> None:
    table, throw = chance.choice(list(TABLES)), chance.random()
    if throw < 0.4:
        returned = chance.choice(["NONE", "ALL_OLD"])
        call("PutItem", {"TableName": table, "Item": item(table), "ReturnValues": returned})
    elif throw < 0.47:
        call("GetItem", {"TableName": table, "Key": key_of(table)})
    elif throw < 0.52:
        update(table)
    elif throw < 0.54:
        transact(table)
    elif throw < 0.56:
        call("DeleteItem", {"TableName": table, "Key": key_of(table)})
    else:
        read(table, scan=throw > 0.85)


if __name__ == "__main__":
    if sys.argv[1] == "fast":
        from serverless_app.local.control_plane import patches

        patches.install()
    for name, (hash_type, range_type) in TABLES.items():
        create(name, hash_type, range_type)
    for _ in range(int(sys.argv[2])):
        step()
