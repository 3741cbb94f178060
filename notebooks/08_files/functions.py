"""The functions of lesson 08: one carries a file into the bucket, one signs an address for it."""

import base64
import json
import os
import uuid

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
BUCKET = os.environ["BUCKET"]


def carry(event, context):
    """POST /photos: the file comes in the event; write it into the bucket."""
    body = event["body"] or ""
    data = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    key = f"images/{uuid.uuid4()}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=data)
    return {"statusCode": 201, "body": json.dumps({"key": key})}


def sign(event, context):
    """POST /uploads: no file comes; answer an address that takes one, for five minutes."""
    key = f"images/{uuid.uuid4()}"
    url = s3.generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=300
    )
    return {"statusCode": 201, "body": json.dumps({"key": key, "url": url})}
