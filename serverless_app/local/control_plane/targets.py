"""What a call does to what: its IAM actions and resources (Service Authorization Reference)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from serverless_app.local.control_plane.calls import Call
from serverless_app.local.control_plane.model import ACCOUNT

Target = tuple[str, str]  # action, resource

SIGNING_PREFIXES = {
    "dynamodbstreams": "dynamodb",
    "cognito-idp": "cognito-idp",
    "opensearch": "es",
    "apigatewayv2": "apigateway",
    "apigatewaymanagementapi": "execute-api",
}


def targets(call: Call) -> list[Target]:
    """Every action and resource that must be allowed for a call."""
    prefix = SIGNING_PREFIXES.get(call.service, call.service)
    special = SPECIAL.get(call.service)
    if special:
        return list(special(call))
    return [(f"{prefix}:{call.operation}", "*")]


def arn(call: Call, service: str, name: str) -> str:
    """An ARN of our account in the region of a call."""
    return f"arn:aws:{service}:{call.region}:{ACCOUNT}:{name}"


# -- DynamoDB --------------------------------------------------------------------------------


def table_arn(call: Call, name: str) -> str:
    """A table by name; callers may also give its ARN."""
    return name if name.startswith("arn:") else arn(call, "dynamodb", f"table/{name}")


TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def dynamodb(call: Call) -> Iterator[Target]:
    """Tables and indexes; in batches and transactions every one that is named."""
    p, operation = call.parameters, call.operation
    if operation in ("BatchGetItem", "BatchWriteItem"):
        for table in p.get("RequestItems", {}):
            yield f"dynamodb:{operation}", table_arn(call, table)
    elif operation in ("TransactGetItems", "TransactWriteItems"):
        for item in p.get("TransactItems", []):
            for kind, what in item.items():
                action = TRANSACTED.get(kind, operation)
                yield f"dynamodb:{action}", table_arn(call, str(what.get("TableName")))
    elif "TableName" in p:
        resource = table_arn(call, p["TableName"])
        index = p.get("IndexName")
        yield f"dynamodb:{operation}", f"{resource}/index/{index}" if index else resource
    else:
        yield f"dynamodb:{operation}", p.get("ResourceArn", "*")


def dynamodb_streams(call: Call) -> Iterator[Target]:
    """A stream; an iterator begins with its stream's ARN."""
    p = call.parameters
    stream = p.get("StreamArn") or str(p.get("ShardIterator", "")).partition("|")[0]
    if not stream:
        stream = table_arn(call, p.get("TableName", "*")) + "/stream/*"
    yield f"dynamodb:{call.operation}", stream


# -- S3 --------------------------------------------------------------------------------------

S3_ACTIONS = {
    "HeadObject": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def s3(call: Call) -> Iterator[Target]:
    """A bucket, or objects of one; a copy reads its source, a bulk delete names its keys."""
    operation, where = call.operation, call.path
    if not where:
        yield f"s3:{S3_ACTIONS.get(operation, operation)}", "*"
        return
    bucket = f"arn:aws:s3:::{where[0]}"
    if operation == "DeleteObjects":
        for key in re.findall(rb"<Key>(.*?)</Key>", call.request.body, re.DOTALL):
            yield "s3:DeleteObject", f"{bucket}/{key.decode()}"
        return
    if call.upload:
        yield "s3:PutObject", f"{bucket}/{call.upload.key}"
        return
    action = S3_ACTIONS.get(operation, operation)
    if "versionId" in call.query and action in ("GetObject", "DeleteObject"):
        action += "Version"
    yield f"s3:{action}", "/".join([bucket, *where[1:]])
    source = call.request.header("x-amz-copy-source")
    if source:
        yield "s3:GetObject", f"arn:aws:s3:::{unquote(source.lstrip('/')).partition('?')[0]}"


# -- the others ------------------------------------------------------------------------------


def sqs(call: Call) -> Iterator[Target]:
    """The queue that a URL or a name says."""
    url = str(call.parameters.get("QueueUrl") or call.request.path)
    name = call.parameters.get("QueueName") or url.rstrip("/").rpartition("/")[2] or "*"
    operation = call.operation.removesuffix("Batch")
    yield f"sqs:{operation}", arn(call, "sqs", name)


def sns(call: Call) -> Iterator[Target]:
    """The topic or the subscription."""
    p = call.parameters
    name = p.get("TopicArn") or p.get("TargetArn") or p.get("SubscriptionArn")
    operation = call.operation.removesuffix("Batch")
    yield f"sns:{operation}", name or (arn(call, "sns", p["Name"]) if "Name" in p else "*")


def kinesis(call: Call) -> Iterator[Target]:
    """The stream; an iterator says which one it is of."""
    p = call.parameters
    stream = p.get("StreamARN") or p.get("ConsumerARN")
    if not stream:
        name = p.get("StreamName") or _stream_of(p.get("ShardIterator")) or "*"
        stream = arn(call, "kinesis", f"stream/{name}")
    yield f"kinesis:{call.operation}", stream


def _stream_of(iterator: Any) -> str | None:
    from moto.kinesis.utils import decompose_shard_iterator

    if not isinstance(iterator, str):
        return None
    try:
        return str(decompose_shard_iterator(iterator)[0])
    except (ValueError, IndexError):
        return None


def functions(call: Call) -> Iterator[Target]:
    """The function in the path."""
    path = call.path
    name = path[2] if len(path) > 2 and path[1] == "functions" else None
    function = "*"
    if name:
        function = name if name.startswith("arn:") else arn(call, "lambda", f"function:{name}")
    action = "InvokeFunction" if call.operation == "Invoke" else call.operation
    yield f"lambda:{action}", function


def logs(call: Call) -> Iterator[Target]:
    """The log group or stream."""
    p = call.parameters
    group, stream = p.get("logGroupName"), p.get("logStreamName")
    if not group:
        yield f"logs:{call.operation}", p.get("resourceArn", "*")
        return
    tail = f"log-stream:{stream}" if stream and call.operation == "PutLogEvents" else "*"
    yield f"logs:{call.operation}", arn(call, "logs", f"log-group:{group}:{tail}")


def cognito(call: Call) -> Iterator[Target]:
    """The user pool."""
    pool = call.parameters.get("UserPoolId")
    resource = arn(call, "cognito-idp", f"userpool/{pool}") if pool else "*"
    yield f"cognito-idp:{call.operation}", resource


def events(call: Call) -> Iterator[Target]:
    """The bus of each event, or the rule."""
    p = call.parameters
    if call.operation == "PutEvents":
        for bus in {e.get("EventBusName", "default") for e in p.get("Entries", [])}:
            yield "events:PutEvents", arn(call, "events", f"event-bus/{bus.rpartition('/')[2]}")
        return
    name = p.get("Name") or p.get("Rule")
    yield f"events:{call.operation}", arn(call, "events", f"rule/{name}") if name else "*"


def sts(call: Call) -> Iterator[Target]:
    """The role that is to be taken."""
    yield f"sts:{call.operation}", call.parameters.get("RoleArn", "*")


SPECIAL = {
    "dynamodb": dynamodb,
    "dynamodbstreams": dynamodb_streams,
    "s3": s3,
    "sqs": sqs,
    "sns": sns,
    "kinesis": kinesis,
    "lambda": functions,
    "logs": logs,
    "cognito-idp": cognito,
    "events": events,
    "sts": sts,
}


def label(call: Call) -> str:
    """The thing that a call is about, by its short name: a table, a bucket, a queue."""
    p = call.parameters
    if call.service == "s3":
        return call.path[0] if call.path else ""
    if call.service == "dynamodb" and "RequestItems" in p:
        return ",".join(p["RequestItems"])
    if call.service == "dynamodb" and "TransactItems" in p:
        names = {w.get("TableName", "") for item in p["TransactItems"] for w in item.values()}
        return ",".join(sorted(names))
    for name in ("TableName", "StreamName", "FunctionName", "TopicArn", "QueueName", "StreamARN"):
        if isinstance(p.get(name), str):
            return re.split(r"[:/]", p[name])[-1]
    if isinstance(p.get("QueueUrl"), str):
        return str(p["QueueUrl"]).rpartition("/")[2]
    if call.service == "dynamodbstreams":
        stream = p.get("StreamArn") or p.get("ShardIterator") or ""
        return str(stream).partition("table/")[2].partition("/")[0]
    if call.service == "kinesis":
        return _stream_of(p.get("ShardIterator")) or ""
    if call.service == "lambda" and len(call.path) > 2:
        return call.path[2].rpartition(":")[2]
    return ""
