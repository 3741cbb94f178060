"""The commonest wrong answers, each met with the sentence that tells why it is wrong."""

import base64
import contextlib
import json
from datetime import datetime
from math import log
from typing import Any
from urllib.parse import unquote_plus

import exercises
import pytest
from boto3.dynamodb.conditions import Attr, Key
from jsonschema import Draft4Validator

from tests.workbook import (
    wrong_answers_02,
    wrong_answers_03_07,
    wrong_answers_10,
    wrong_answers_12,
    wrong_answers_14,
)


def _takes_the_first_record(event: Any) -> list[str]:
    record = event["Records"][0]
    if "s3" in record:
        return [unquote_plus(record["s3"]["object"]["key"])]
    return _takes_the_first_record(json.loads(record.get("body") or record["Sns"]["Message"]))


def _keeps_the_plus(event: Any) -> list[str]:
    return [record["s3"]["object"]["key"] for record in event["Records"]]


def _knows_s3_only(event: Any) -> list[str]:
    return [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]


def _stumbles_over_the_test(event: Any) -> list[str]:
    keys: list[str] = []
    for record in event["Records"]:
        if "s3" in record:
            keys.append(unquote_plus(record["s3"]["object"]["key"]))
        else:
            text = record["body"] if "body" in record else record["Sns"]["Message"]
            keys += _stumbles_over_the_test(json.loads(text))
    return keys


def _scans(images: Any, group: str) -> list[str]:
    found = images.scan(FilterExpression=Attr("groupId").eq(group))["Items"]
    found.sort(key=lambda item: item["uploadedKey"], reverse=True)
    return [item["title"] for item in found[:2]]


def _takes_the_oldest(images: Any, group: str) -> list[str]:
    page = images.query(KeyConditionExpression=Key("groupId").eq(group), Limit=2)
    return [item["title"] for item in page["Items"]]


def _reads_all_thirty(images: Any, group: str) -> list[str]:
    page = images.query(KeyConditionExpression=Key("groupId").eq(group), ScanIndexForward=False)
    return [item["title"] for item in page["Items"][:2]]


def _forgets_to_return(images: Any, group: str) -> None:
    _reads_all_thirty(images, group)


def _drops_a_zero_fraction(sent_at: datetime, number: int) -> str:
    return f"{sent_at.isoformat().replace('+00:00', 'Z')}#{number:04}"


def _counts_every_time(images: Any, image_id: str, user: str) -> None:
    images.update_item(
        Key={"id": image_id},
        UpdateExpression="ADD likes :one",
        ExpressionAttributeValues={":one": 1},
    )


def _reads_then_writes(images: Any, image_id: str, user: str) -> None:
    item = images.get_item(Key={"id": image_id})["Item"]
    if user in item.get("likers", []):
        return
    item["likers"] = [*item.get("likers", []), user]
    item["likes"] = item.get("likes", 0) + 1
    images.put_item(Item=item)


def _lets_the_error_out(images: Any, image_id: str, user: str) -> None:
    images.update_item(
        Key={"id": image_id},
        UpdateExpression="ADD likes :one, likers :who",
        ConditionExpression="NOT contains(likers, :user)",
        ExpressionAttributeValues={":one": 1, ":who": {user}, ":user": user},
    )


def _replaces_the_item(images: Any, image_id: str, user: str) -> None:
    images.put_item(Item={"id": image_id, "likes": 1})


def _first_page_only(images: Any, group: str, prefix: str) -> list[str]:
    key = Key("groupId").eq(group) & Key("titleKey").begins_with(prefix.casefold())
    page = images.query(IndexName="ByTitle", KeyConditionExpression=key)
    return [item["title"] for item in page["Items"]]


def _in_capitals(images: Any, group: str, prefix: str) -> list[str]:
    key = Key("groupId").eq(group) & Key("titleKey").begins_with(prefix)
    page = images.query(IndexName="ByTitle", KeyConditionExpression=key)
    return [item["title"] for item in page["Items"]]


def _reads_the_group(images: Any, group: str, prefix: str) -> list[str]:
    query: dict[str, Any] = {"KeyConditionExpression": Key("groupId").eq(group)}
    found: list[str] = []
    while True:
        page = images.query(**query)
        found += [i["title"] for i in page["Items"] if i["title"].startswith(prefix)]
        if "LastEvaluatedKey" not in page:
            return sorted(found)
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


TABLE, LSI, GSI, SCAN = "table", "LSI", "GSI", "scan"


def _template(*, hash_key: str = "groupId", **changes: Any) -> dict[str, Any]:
    range_key = "connectionId" if hash_key == "groupId" else "groupId"
    properties = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": hash_key, "KeyType": "HASH"},
            {"AttributeName": range_key, "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in (hash_key, range_key)
        ],
    }
    kept = {name: value for name, value in (properties | changes).items() if value is not None}
    return {"Resources": {"Connections": {"Type": "AWS::DynamoDB::Table", "Properties": kept}}}


def _looks_at_the_top_only(resource: Any) -> set[str]:
    return {resource["Ref"]} if "Ref" in resource else set()


def _forgets_lists(resource: Any) -> set[str]:
    names: set[str] = set()
    if isinstance(resource, dict):
        for key, value in resource.items():
            if key == "Ref" and not value.startswith("AWS::"):
                names.add(value)
            elif key == "Fn::GetAtt":
                names.add(value[0])
            else:
                names |= _forgets_lists(value)
    return names


def _comment(**changes: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 500},
            "stars": {"type": "integer", "minimum": 1, "maximum": 5},
        },
        "required": ["text"],
        "additionalProperties": False,
    }
    return {name: value for name, value in (schema | changes).items() if value is not None}


def _paths_only(schema: Any, body: Any) -> list[str]:
    problems = Draft4Validator(schema).iter_errors(body)
    return sorted({str(problem.path[0]) for problem in problems if problem.path})


def _ignores_what_is_too_many(schema: Any, body: Any) -> list[str]:
    return sorted({*_paths_only(schema, body), *(set(schema["required"]) - set(body))})


def _body_as_a_dict(event: Any, context: Any) -> dict[str, Any]:
    name = (event["queryStringParameters"] or {}).get("name")
    return {"statusCode": 200 if name else 400, "body": {"hello": name}}


def _no_parameters_is_none(event: Any, context: Any) -> dict[str, Any]:
    name = event["queryStringParameters"]["name"]
    headers = {"Access-Control-Allow-Origin": "*"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps({"hello": name})}


def _pastes_the_name(event: Any, context: Any) -> dict[str, Any]:
    name = (event["queryStringParameters"] or {}).get("name")
    headers = {"Access-Control-Allow-Origin": "*"}
    return {"statusCode": 200, "headers": headers, "body": f'{{"hello": "{name}"}}'}


def _without_cors(event: Any, context: Any) -> dict[str, Any]:
    name = (event["queryStringParameters"] or {}).get("name")
    status, body = (200, {"hello": name}) if name else (400, {"error": "name is missing"})
    return {"statusCode": status, "body": json.dumps(body)}


def _no_one_in_the_logarithm(
    N: int, n: int, freq: float, dl: float, avgdl: float, boost: float
) -> float:
    return boost * log((N - n + 0.5) / (n + 0.5)) * freq / (freq + 1.2 * (0.25 + 0.75 * dl / avgdl))


def _times_k1_plus_one(N: int, n: int, freq: float, dl: float, avgdl: float, boost: float) -> float:
    idf = log(1 + (N - n + 0.5) / (n + 0.5))
    return boost * idf * 2.2 * freq / (freq + 1.2 * (0.25 + 0.75 * dl / avgdl))


def _search_body(*, under: str = "filter", encoder: str = "html", **changes: Any) -> dict[str, Any]:
    text = {"query": "gardan", "fields": ["title^2", "description"], "fuzziness": "AUTO"} | changes
    kept = {name: value for name, value in text.items() if value is not None}
    clauses: dict[str, list[Any]] = {"must": [{"multi_match": kept}]}
    clauses.setdefault(under, []).append({"term": {"groupId": "g1"}})
    fields: dict[str, Any] = {"title": {}, "description": {}}
    return {"query": {"bool": clauses}, "highlight": {"encoder": encoder, "fields": fields}}


def _without_versions(change: dict[str, Any]) -> list[dict[str, Any]]:
    if change["title"] is None:
        return [{"delete": {"_id": change["id"]}}]
    return [{"index": {"_id": change["id"]}}, {"title": change["title"]}]


def _deletion_without_its_own_version(change: dict[str, Any]) -> list[dict[str, Any]]:
    target = {"_id": change["id"], "version_type": "external", "version": change["version"]}
    if change["title"] is None:
        return [{"delete": target}]
    return [{"index": target}, {"title": change["title"]}]


def _version_without_its_type(change: dict[str, Any]) -> list[dict[str, Any]]:
    lines = _without_versions(change)
    for target in lines[0].values():
        target["version"] = change["version"]
    return lines


def _count(record: Any, kept: dict[str, Any]) -> None:
    views = kept.setdefault("views", {})
    image = json.loads(base64.b64decode(record["kinesis"]["data"]))["imageId"]
    views[image] = views.get(image, 0) + 1


def _raises_at_the_poison(event: Any, kept: dict[str, Any]) -> None:
    for record in event["Records"]:
        if _number(record) > kept.get("last", 0):
            _count(record, kept)
            kept["last"] = _number(record)


def _counts_again(event: Any, kept: dict[str, Any]) -> Any:
    for record in event["Records"]:
        try:
            _count(record, kept)
        except ValueError:
            number = record["kinesis"]["sequenceNumber"]
            return {"batchItemFailures": [{"itemIdentifier": number}]}
    return None


def _swallows_the_poison(event: Any, kept: dict[str, Any]) -> None:
    for record in event["Records"]:
        if _number(record) > kept.get("last", 0):
            with contextlib.suppress(ValueError):
                _count(record, kept)
            kept["last"] = _number(record)


def _compares_text(event: Any, kept: dict[str, Any]) -> Any:
    for record in event["Records"]:
        number = record["kinesis"]["sequenceNumber"]
        if number > kept.get("last", ""):
            if failed := _counts_again({"Records": [record]}, kept):
                return failed
            kept["last"] = number
    return None


def _reports_numbers(event: Any, kept: dict[str, Any]) -> Any:
    if _counts_again(event, kept):
        return [_number(record) for record in event["Records"]]
    return []


def _number(record: Any) -> int:
    return int(record["kinesis"]["sequenceNumber"])


UNESCAPED = """#set($a = $input.path('$'))
{"text": "$a.owner.name has $a.count images"}"""
DOORS = {"payroll": "private", "travel_app": "edge", "orders": "regional"}
WAYS = {"whole": "proxy", "text_body": "proxy", "legacy": "non-proxy", "careful": "non-proxy"}
JOBS = {
    "size_is_a_number": "validator",
    "token_is_valid": "authorizer",
    "is_the_owner": "function",
    "shows_as_text": "page",
}
READ = {"country": False, "version": 3.1, "mode": 420, "name": "no"}
ON, OFF = "provisioned", "on-demand"
SOON, NOW = "eventual", "strong"
KINDS = {
    "Azure Functions": "FaaS",
    "S3": "datastore",
    "SQS": "messaging",
    "Cognito": "managed service",
    "Google Pub/Sub": "messaging",
    "DynamoDB": "datastore",
}
FAILS = {"a": "caller", "b": "dead letters", "c": "nobody", "d": "queue"}
NEAR = dict.fromkeys(("fgo", "seagul", "boots", "gardener"), True) | {"ligth": False, "ot": False}
RECORD_SHOWS = {
    "cache": "KEYS_ONLY",
    "copy": "NEW_IMAGE",
    "bin": "OLD_IMAGE",
    "audit": "NEW_AND_OLD_IMAGES",
}
CARRIES = {"resize": "SQS", "clicks": "Kinesis", "index": "DynamoDB Streams", "plant": "Kafka"}
CHECKED = {
    "late": "expiry",
    "as_png": "signature",
    "lost_right": "permission",
    "again": "precondition",
    "other_cat": "none",
}
MINUTES = {"role_hour": 40, "role_short": 5, "user_week": 10_080}


def _portrait(*, operation: str = "put_object", expires: int = 60, **changes: Any) -> Any:
    def portrait_url(s3: Any, bucket: str, user_id: str, size: int) -> str:
        params = {
            "Bucket": bucket,
            "Key": f"portraits/{user_id}.png",
            "ContentType": "image/png",
            "ContentLength": size,
        }
        kept = {name: value for name, value in (params | changes).items() if value is not None}
        return str(s3.generate_presigned_url(operation, Params=kept, ExpiresIn=expires))

    return portrait_url


def _rules(
    key: str = "images/cats/", kind: str = "image/", least: int = 1, most: int = 5_000_000
) -> list[list[Any]]:
    return [
        ["starts-with", "$key", key],
        ["starts-with", "$Content-Type", kind],
        ["content-length-range", least, most],
    ]


def _last_wins(records: Any) -> dict[str, int]:
    told = [record["s3"]["object"] for record in records]
    return {unquote_plus(each["key"]): each["size"] for each in told}


def _sequencer_as_number(records: Any) -> dict[str, int]:
    told = sorted(records, key=lambda record: int(record["s3"]["object"]["sequencer"], 16))
    return _last_wins(told)


def _keys_as_they_come(records: Any) -> dict[str, int]:
    told = [record["s3"]["object"] for record in records]
    told.sort(key=lambda each: each["sequencer"].ljust(64, "0"))
    return {each["key"]: each["size"] for each in told}


def _configuration(
    *, event: str = "s3:ObjectCreated:*", prefix: str | None = "incoming/", **changes: Any
) -> dict[str, Any]:
    load: dict[str, Any] = {"Event": event, "Function": {"Fn::GetAtt": ["Load", "Arn"]}}
    if prefix is not None:
        named = {"prefix": prefix, "suffix": ".csv"}
        rules = [{"Name": name, "Value": value} for name, value in named.items()]
        load["Filter"] = {"S3Key": {"Rules": rules}}
    news = {"Event": "s3:ObjectRemoved:*", "Topic": {"Ref": "News"}}
    return {"LambdaConfigurations": [load | changes], "TopicConfigurations": [news]}


WRONG: list[tuple[str, Any, str]] = [
    ("01.1", KINDS | {"SQS": "datastore"}, "only until it was taken"),
    ("01.1", KINDS | {"Cognito": "datastore"}, "a whole job"),
    ("01.1", KINDS | {"S3": "storage"}, "'storage' is none of the four kinds"),
    ("01.2", 300, "if each took a whole second"),
    ("01.2", 750, "You divided"),
    ("01.2", 120_000, "400 ms are 0.4 s"),
    ("01.3", 100 / (0.20 + 3.33), "The entrance is missing"),
    ("01.3", 100 / (3.33 + 1.00), "The price of the requests themselves"),
    ("01.3", 100 / (0.20 + 3.33 + 3.50), "You took the REST API's 3.50"),
    ("01.3", 100 / (0.20 + 1.667 + 1.00), "You took the 512 MB or the 100 ms"),
    ("01.3", 4.53, "That is what a million requests cost"),
    ("01.3", 22_058_800, "The question asks for millions"),
    ("01.4", FAILS | {"b": "caller"}, "S3 calls asynchronously and has gone"),
    ("01.4", FAILS | {"c": "dead letters"}, "there is no place for the event"),
    ("01.4", FAILS | {"d": "dead letters"}, "this is no asynchronous invocation"),
    ("01.5", _takes_the_first_record, "`Records` is a list"),
    ("01.5", _keeps_the_plus, "The uploader wrote a space"),
    ("01.5", _knows_s3_only, "that came inside SQS made your function stumble"),
    ("01.5", _stumbles_over_the_test, "S3's test message has no 'Records'"),
    ("03.1", READ | {"country": "no"}, "the truth value False"),
    ("03.1", READ | {"version": "3.10"}, "3.10 = 3.1"),
    ("03.1", READ | {"mode": 644}, "octal"),
    ("03.1", READ | {"name": False}, "in quotes it is text"),
    ("03.2", "ABD", "are settings"),
    ("03.2", "D", "A table's key cannot change"),
    ("03.2", "B", "cannot be renamed"),
    ("03.3", _template(hash_key="connectionId"), "HASH is the partition key (groupId)"),
    ("03.3", _template(BillingMode=None), "PROVISIONED"),
    ("03.3", _template(AttributeDefinitions=[]), "names each attribute of a key once"),
    ("03.4", _looks_at_the_top_only, "at any depth"),
    ("03.4", _forgets_lists, "in lists, too"),
    ("04.1", "ABC", "B has no description"),
    ("04.1", "C", "an empty description is a string"),
    ("04.1", "ACD", "names of properties are exact"),
    ("04.2", _comment(required=None), "no text"),
    ("04.2", _comment(additionalProperties=None), "a property too many"),
    ("04.2", _comment(required=["text", "stars"]), "refuses a text alone"),
    ("04.2", _comment(type="thing"), "no valid schema"),
    ("04.3", JOBS | {"size_is_a_number": "page"}, "anyone can send without your page"),
    ("04.3", JOBS | {"is_the_owner": "authorizer"}, "not what belongs to whom"),
    ("04.3", JOBS | {"shows_as_text": "validator"}, "a fine title"),
    ("04.4", _paths_only, "what is missing has no path"),
    ("04.4", _ignores_what_is_too_many, "one too many"),
    ("05.1", "ABDF", "a number; the key was declared a string"),
    ("05.1", "AD", "an attribute that is no key may be empty"),
    ("05.1", ["A", "F"], "what a list holds"),
    ("05.2", {"strong": 2.5, "eventual": 1.25, "transactional": 5}, "rounded up"),
    ("05.2", {"strong": 10, "eventual": 5, "transactional": 20}, "*write* unit"),
    ("05.2", {"strong": 3, "eventual": 2, "transactional": 6}, "halves stay"),
    ("05.2", {"strong": 3, "eventual": 1.5, "transactional": 3}, "to prepare and to commit"),
    ("05.3", {"exams": ON, "sensors": ON, "shop": ON}, "474 dollars"),
    ("05.3", {"exams": OFF, "sensors": OFF, "shop": OFF}, "never sleeps"),
    ("05.3", {"exams": OFF, "sensors": ON, "shop": OFF}, "above the line"),
    ("05.4", {"gallery": NOW, "stock": NOW, "own_delete": NOW, "report": NOW}, "costs twice"),
    ("05.4", {"gallery": SOON, "stock": SOON, "own_delete": NOW, "report": SOON}, "one ticket"),
    ("05.4", {"gallery": SOON, "stock": NOW, "own_delete": SOON, "report": SOON}, "old news"),
    ("05.5", _counts_every_time, "counted twice"),
    ("05.5", _reads_then_writes, "Linus liked the image between your read and your write"),
    ("05.5", _lets_the_error_out, "Catch it"),
    ("05.5", _replaces_the_item, "its title is gone"),
    ("06.1", 5, "You counted the writes"),
    ("06.1", 2, "both parts together"),
    ("06.1", 3, "The title is no part of the key"),
    ("06.2", {"partition": "connectionId", "sort": "groupId"}, "Turn the pair round"),
    ("06.2", {"partition": "groupId", "sort": "connectedAt"}, "the second replaces the first"),
    ("06.2", {"partition": "groupId", "sort": "userId"}, "the second replaces the first"),
    ("06.2", {"partition": "connectionId"}, "one group only"),
    ("06.3", _scans, "You scanned: 60 items read, dogs included"),
    ("06.3", _takes_the_oldest, "oldest two"),
    ("06.3", _reads_all_thirty, "30 items were read to show two"),
    ("06.3", _forgets_to_return, "without `return`"),
    ("06.4", lambda sent_at, number: f"{sent_at.isoformat()}#{number}", "same width"),
    ("06.4", _drops_a_zero_fraction, "fraction"),
    ("06.4", lambda sent_at, number: sent_at.isoformat(), "same key"),
    ("06.4", lambda sent_at, number: sent_at, "is text"),
    ("06.5", {"partition": "hour", "sort": "views"}, "This attribute is part of the key"),
    ("06.5", {"partition": "imageId", "sort": "hour"}, "you would have to scan"),
    ("06.5", {"partition": "hour"}, "would be one item"),
    ("07.1", "ABEF", "B names no partition key"),
    ("07.1", "ACEF", "a filter, not a key condition"),
    ("07.1", "AF", "a condition on the sort key is optional"),
    ("07.2", 0.5, "You priced the five images that come back"),
    ("07.2", 52, "strongly consistent"),
    ("07.2", 150, "rounded each image up"),
    ("07.2", 25.63, "before they are halved"),
    ("07.3", "state = PENDING", "it runs after the read"),
    ("07.3", "groupId = cats AND uploadedKey < 2026-11", "the partition key of the table"),
    ("07.3", "uploadedKey < 2026-11", "The partition key is missing"),
    ("07.3", "unfinishedShelf = 2 AND uploadedKey <= 2026-10", "October would be missing"),
    ("07.4", _first_page_only, "25 of 60: that is the first page"),
    ("07.4", _in_capitals, "small letters"),
    ("07.4", _reads_the_group, "100 images were read for 60"),
    ("07.5", {"watchers": GSI, "gone": GSI, "oldest": LSI, "census": SCAN}, "watchers: groupId"),
    ("07.5", {"watchers": TABLE, "gone": LSI, "oldest": GSI, "census": SCAN}, "is read eventually"),
    ("07.5", {"watchers": TABLE, "gone": SCAN, "oldest": LSI, "census": GSI}, "once a year"),
    ("08.1", "ABCD", "You compared the files with 6 MB"),
    ("08.1", "ABCDE", "10 MB is what API Gateway takes"),
    ("08.1", "A", "Is B too large?"),
    ("08.1", "AB3", "hand in letters"),
    ("08.2", CHECKED | {"late": "signature"}, "What has passed is the time"),
    ("08.2", CHECKED | {"lost_right": "none"}, "not when it was signed"),
    ("08.2", CHECKED | {"again": "signature"}, "it is the same request"),
    ("08.2", CHECKED | {"other_cat": "signature"}, "not in the signature"),
    ("08.3", MINUTES | {"role_hour": 60}, "the keys are no more"),
    ("08.3", MINUTES | {"role_short": 40}, "don't lengthen a URL"),
    ("08.3", MINUTES | {"user_week": 40}, "a permanent key doesn't end"),
    ("08.3", {"role_hour": 3600, "role_short": 300, "user_week": 604_800}, "Those are seconds"),
    ("08.4", _portrait(ContentType=None), "The type is not signed"),
    ("08.4", _portrait(ContentLength=None), "The length is not signed"),
    ("08.4", _portrait(IfNoneMatch="*"), "the second portrait"),
    ("08.4", _portrait(expires=300), "It lives 300 seconds"),
    (
        "08.4",
        _portrait(operation="get_object", ContentType=None, ContentLength=None),
        "needs 'put_object'",
    ),
    ("08.5", _rules(key="images/cats"), "images/catsup/"),
    ("08.5", _rules(least=0), "An empty file is allowed"),
    ("08.5", _rules(most=5_242_880), "A file of 5,000,001 bytes is allowed"),
    ("08.5", _rules()[::2], "no condition of yours names it"),
    ("08.5", [["starts-with", "key", "images/cats/"], *_rules()[1:]], "with a dollar sign"),
    ("09.1", "ABDE", "capitals count"),
    ("09.1", "ACDE", "a prefix begins the whole key"),
    ("09.1", "AE", "there are no folders"),
    ("09.2", 243, "the last round alone"),
    ("09.2", 121, "The runs of round 5 happen as well"),
    ("09.2", 363, "Those are the copies"),
    ("09.3", "DE", "B's rule fits every key"),
    ("09.3", "BD", "each calls the other"),
    ("09.3", "BCDE", "the suffix keeps it apart"),
    ("09.4", _last_wins, "The order of the list says nothing"),
    ("09.4", _sequencer_as_number, "have different lengths"),
    ("09.4", _keys_as_they_come, "its true name is"),
    ("09.5", _configuration(prefix=None), "every new object would call it"),
    ("09.5", _configuration(prefix="incoming"), "end it with the slash"),
    ("09.5", _configuration(event="s3:ObjectCreated"), "no kind of event"),
    ("09.5", _configuration(Events=["s3:ObjectCreated:*"]), "that is the API's word"),
    ("09.5", _configuration(Function={"Ref": "Load"}), "A function's Ref is its name"),
    ("11.1", RECORD_SHOWS | {"bin": "NEW_IMAGE"}, "After a deletion there is no new image"),
    ("11.1", RECORD_SHOWS | {"cache": "NEW_IMAGE"}, "which item, and no more"),
    ("11.1", RECORD_SHOWS | {"copy": "NEW_AND_OLD_IMAGES"}, "How an item was before is of no use"),
    ("11.1", RECORD_SHOWS | {"audit": "BOTH"}, "'BOTH' is none of the four"),
    ("11.2", CARRIES | {"resize": "Kinesis"}, "a piece of work for one worker"),
    ("11.2", CARRIES | {"clicks": "DynamoDB Streams"}, "no table holds a click"),
    ("11.2", CARRIES | {"index": "Kinesis"}, "it could die between the two"),
    ("11.2", CARRIES | {"plant": "Kinesis"}, "speak Kafka's protocol"),
    ("11.3", 3, "without bisecting"),
    ("11.3", 6, "The first halves are sent too"),
    ("11.3", 7, "A split is no retry"),
    ("11.3", 15, "Lambda splits at once"),
    ("11.4", 7, "less than a day old"),
    ("11.4", 63, "*written* that will be lost"),
    ("11.4", 7 / 0.9, "You divided by 0.9"),
    ("11.4", 1680, "asks for days"),
    ("11.5", _raises_at_the_poison, "Catch it where you read"),
    ("11.5", _counts_again, "counted twice"),
    ("11.5", _swallows_the_poison, "nobody will ever hear of it"),
    ("11.5", _compares_text, "'10000' sorts before '9999'"),
    ("11.5", _reports_numbers, "Lambda reads"),
    ("13.1", "ABDF", "`standard` makes no stems"),
    ("13.1", "ACD", "no word in the index has a capital letter"),
    ("13.1", "ADE", "half a word"),
    ("13.2", NEAR | {"ligth": True}, "five letters allow one"),
    ("13.2", NEAR | {"ot": True}, "words of one or two letters"),
    ("13.2", NEAR | {"fgo": False}, "a swap of two neighbours is one edit"),
    ("13.3", _no_one_in_the_logarithm, "negative weight"),
    ("13.3", _times_k1_plus_one, "2.2 times too much"),
    ("13.4", _search_body(under="must"), "the group counts"),
    ("13.4", _search_body(under="should"), "must stay out"),
    ("13.4", _search_body(fuzziness=None), "It finds nothing"),
    ("13.4", _search_body(fields=["title", "description"]), "title^2"),
    ("13.4", _search_body(fields=["title^2"]), "name both fields"),
    ("13.4", _search_body(encoder="default"), "a browser would run"),
    ("13.4", {"query": _search_body()["query"]}, "Now the highlights"),
    ("13.4", {"query": {"mach": {"title": "gardan"}}}, "engine refuses this body"),
    ("13.5", _without_versions, "the last to arrive wins"),
    ("13.5", _deletion_without_its_own_version, "newer than the last write"),
    ("13.5", _version_without_its_type, "The engine refuses"),
    ("13.5", dict, "hand back a list of dicts"),
    *wrong_answers_02.WRONG,
    *wrong_answers_03_07.WRONG,
    *wrong_answers_10.WRONG,
    *wrong_answers_12.WRONG,
    *wrong_answers_14.WRONG,
]


@pytest.mark.parametrize(
    ("id", "attempt", "why"), WRONG, ids=[f"{id} {why[:30]}" for id, _, why in WRONG]
)
def test_a_common_mistake_is_told_why(lab: object, id: str, attempt: Any, why: str) -> None:
    verdict = exercises.judge(id, attempt)
    assert not verdict.done
    assert why in verdict.says


def test_every_exercise_has_two_common_mistakes_here() -> None:
    exercises.progress()  # loads them all
    counted = [id for id, _, _ in WRONG]
    assert {id for id in exercises.EXERCISES if counted.count(id) < 2} == set()
