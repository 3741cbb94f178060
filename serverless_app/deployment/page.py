"""The page in its bucket: the files of `web/`, and the config.json that says where its cloud is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[1] / "web"
# What the page reads, and the stack's output that it comes from.
CONFIGURATION = {
    "apiUrl": "ApiUrl",
    "websocketUrl": "WebsocketUrl",
    "region": "Region",
    "userPoolClientId": "UserPoolClientId",
    "cognitoUrl": "CognitoUrl",
}
# Not the operating system's table: those differ, and browsers run a module only as JavaScript.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# CloudFront keeps a file until it is told to forget it, browsers ask each time: names never change.
KEPT_BY_CLOUDFRONT = "public, max-age=0, s-maxage=86400"


def configuration(outputs: Mapping[str, str]) -> bytes:
    """config.json. Raises KeyError where the stack lacks an output."""
    found = {name: outputs[output] for name, output in CONFIGURATION.items()}
    return json.dumps(found, indent=2).encode()


def publish(s3: Any, bucket: str, outputs: Mapping[str, str], *, folder: Path = WEB) -> bool:
    """Make the bucket hold the page and nothing else; whether it held one before.

    index.html goes last, so that nobody is given it before the files that it names.
    """
    before = set(names(s3, bucket))
    files = {each.relative_to(folder).as_posix(): each for each in sorted(folder.rglob("*.*"))}
    for name in sorted(files, key=lambda name: name == "index.html"):
        _put(s3, bucket, name, files[name].read_bytes(), KEPT_BY_CLOUDFRONT)
    _put(s3, bucket, "config.json", configuration(outputs), "no-store")
    for name in before - files.keys() - {"config.json"}:
        s3.delete_object(Bucket=bucket, Key=name)
    return bool(before)


def forget_copies(cloudfront: Any, distribution_id: str, *, reference: str) -> None:
    """Let CloudFront fetch every file anew. The same reference again asks for nothing."""
    batch = {"CallerReference": reference, "Paths": {"Quantity": 1, "Items": ["/*"]}}
    cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch)


def names(s3: Any, bucket: str) -> Iterator[str]:
    """The names of a bucket's objects."""
    for found in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (each["Key"] for each in found.get("Contents", []))


def empty(s3: Any, bucket: str) -> None:
    """Remove every object, a thousand at a time."""
    for found in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": each["Key"]} for each in found.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def _put(s3: Any, bucket: str, name: str, content: bytes, kept: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=name,
        Body=content,
        ContentType=CONTENT_TYPES[Path(name).suffix],
        CacheControl=kept,
    )
