"""Where moto would push into a function or a queue by itself, the control plane tells instead.

moto delivers synchronously: one try, no batches, no filters. Here a write only wakes whoever
polls or delivers for it (the event sources). Outside a control plane moto is as it was.
"""

from __future__ import annotations

import functools
import itertools
import time
from typing import Any

from serverless_app.local.control_plane import deliveries
from serverless_app.local.control_plane.changes import Serving, serving
from serverless_app.local.control_plane.model import ObjectEvent

_sequencers = itertools.count()


def install() -> None:
    """Hook into moto, once."""
    from moto.awslambda.models import LambdaBackend

    if hasattr(LambdaBackend.create_event_source_mapping, "__wrapped__"):
        return
    _tables()
    _streams()
    _queues()
    _objects()
    _object_access()
    _mappings(LambdaBackend)
    deliveries.install()


def _tables() -> None:
    from moto.dynamodb.models.table import StreamShard

    stock = StreamShard.add

    @functools.wraps(stock)
    def add(self: Any, old: Any, new: Any) -> None:
        now = serving.get()
        if now is None:
            stock(self, old, new)
            return
        # "If you perform a PutItem or UpdateItem operation that does not change any data in an
        # item, DynamoDB Streams does not write a stream record" (developer guide, Streams).
        if old is not None and new is not None and old.attrs == new.attrs:
            return
        stock(self, old, new)
        table = self.table
        arn = f"{table.table_arn}/stream/{table.latest_stream_label}"
        now.changes.tell("table", arn, record_id=self.items[-1].record["eventID"])

    StreamShard.add = add


def _streams() -> None:
    from moto.kinesis.models import Stream

    stock = Stream.put_record

    @functools.wraps(stock)
    def put_record(self: Any, *args: Any, **more: Any) -> tuple[str, str]:
        number, shard = stock(self, *args, **more)
        if now := serving.get():
            now.changes.tell("stream", self.arn, record_id=number)
        return number, shard

    Stream.put_record = put_record


def _queues() -> None:
    from moto.sqs.models import Queue

    stock = Queue.add_message

    @functools.wraps(stock)
    def add_message(self: Any, message: Any) -> None:
        stock(self, message)
        if now := serving.get():
            now.changes.tell("queue", self.queue_arn, record_id=message.id)

    Queue.add_message = add_message


def _objects() -> None:
    from moto.s3 import notifications
    from moto.s3.models import S3Backend

    stock = notifications.send_event

    @functools.wraps(stock)
    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        if now := serving.get():
            _tell_object(now, str(event_name.value).removeprefix("s3:"), bucket, key)
        else:
            stock(account_id, event_name, bucket, key)

    notifications.send_event = send_event
    stock_marker = S3Backend._set_delete_marker

    @functools.wraps(stock_marker)
    def set_delete_marker(self: Any, bucket_name: str, key_name: str) -> Any:
        marker = stock_marker(self, bucket_name, key_name)
        if now := serving.get():
            bucket = self.get_bucket(bucket_name)
            _tell_object(now, "ObjectRemoved:DeleteMarkerCreated", bucket, marker)
        return marker

    S3Backend._set_delete_marker = set_delete_marker
    # The test event goes out from the event sources, with the notifications themselves.
    stock_test = notifications.send_test_event

    @functools.wraps(stock_test)
    def send_test_event(account_id: str, bucket: Any) -> None:
        if serving.get() is None:
            stock_test(account_id, bucket)

    notifications.send_test_event = send_test_event


def _object_access() -> None:
    """moto reads a bucket policy without its conditions and principals: permissions.py decides."""
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket
    from moto.s3.responses import S3Response

    stock_permission, stock_headers = FakeBucket.get_permission, S3Response._invalid_headers

    @functools.wraps(stock_permission)
    def get_permission(self: Any, action: str, resource: str) -> Any:
        if serving.get():
            return PermissionResult.PERMITTED
        return stock_permission(self, action, resource)

    @functools.wraps(stock_headers)
    def invalid_headers(self: Any, url: str, headers: dict[str, str]) -> bool:
        return False if serving.get() else bool(stock_headers(self, url, headers))

    FakeBucket.get_permission = get_permission
    S3Response._invalid_headers = invalid_headers


def _tell_object(now: Serving, name: str, bucket: Any, key: Any) -> None:
    if not name.startswith(("ObjectCreated:", "ObjectRemoved:")):
        return
    if name == "ObjectCreated:Put" and key.multipart is not None:
        return  # moto puts a completed upload, and then tells that it is complete
    removed = name.startswith("ObjectRemoved")
    version = getattr(key, "version_id", None)
    event = ObjectEvent(
        bucket=bucket.name,
        key=key.name,
        name=name,
        size=0 if removed else key.size,
        etag="" if removed else key.etag.strip('"'),
        version_id=str(version) if bucket.is_versioned and version else None,
        # Compared as text, later writes of a key are greater (S3 event message structure).
        sequencer=f"{time.time_ns() // 1000:014X}{next(_sequencers) & 0xFFFF:04X}",
        principal=now.principal,
        source_ip=now.source_ip,
        request_id=now.request_id,
    )
    now.changes.tell("object", bucket.arn, detail=event)
    configuration = bucket.notification_configuration
    if configuration is not None and configuration.event_bridge is not None:
        deliveries.put_object_event(bucket, event)


def _mappings(backend: Any) -> None:
    stock = backend.create_event_source_mapping

    @functools.wraps(stock)
    def create_event_source_mapping(self: Any, spec: dict[str, Any]) -> Any:
        mapping = stock(self, spec)
        if serving.get():
            _unplug(mapping)
            mapping.created = time.time()  # where StartingPosition LATEST begins
        return mapping

    stock_list = backend.list_event_source_mappings

    @functools.wraps(stock_list)
    def list_event_source_mappings(self: Any, event_source_arn: str, function_name: str) -> Any:
        """moto finds those whose function was named by the very same text."""
        found = stock_list(self, event_source_arn, "")
        wanted = function_name and name_and_qualifier(function_name)
        return [one for one in found if wanted in ("", None, name_and_qualifier(one.function_name))]

    backend.create_event_source_mapping = create_event_source_mapping
    backend.list_event_source_mappings = list_event_source_mappings


def name_and_qualifier(function: str) -> str:
    """`name` or `name:qualifier` of a name, an ARN or a partial ARN (`account:function:name`)."""
    return function.rpartition(":function:")[2]


def _unplug(mapping: Any) -> None:
    """Take a mapping off its source, where moto would push from."""
    from serverless_app.local.control_plane.dispatch import backend

    arn = mapping.event_source_arn
    service, name = arn.split(":")[2], arn.split(":", 5)[5]
    if service == "dynamodb":
        sources = [backend("dynamodb").tables.get(name.split("/")[1])]
    elif service == "kinesis":
        sources = [s for s in backend("kinesis").streams.values() if s.arn == arn]
    else:
        sources = [q for q in backend("sqs").queues.values() if q.queue_arn == arn]
    for source in sources:
        if source is not None:
            source.lambda_event_source_mappings.clear()
