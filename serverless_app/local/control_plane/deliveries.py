"""What SNS, EventBridge and CloudWatch Logs send to functions, told instead of pushed."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from serverless_app.local.control_plane.changes import Serving, serving
from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.model import ACCOUNT, REGION, ObjectEvent


def install() -> None:
    """Hook into moto; called once, by `hooks.install`."""
    _topics()
    _rules()
    _logs()


def deliver(now: Serving, function_arn: str, event: Any, principal: str, source_arn: str) -> None:
    """Tell whoever invokes functions that `principal` sends `event` to one."""
    detail = {"event": event, "principal": principal, "source_arn": source_arn}
    now.changes.tell("delivery", function_arn, detail=detail)


def timestamp() -> str:
    """Now, as SNS writes it: `2026-11-24T21:00:00.000Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# -- SNS -------------------------------------------------------------------------------------


def _topics() -> None:
    from moto.sns.models import Subscription

    stock = Subscription.publish

    @functools.wraps(stock)
    def publish(self: Any, message: str, message_id: str, **more: Any) -> None:
        now = serving.get()
        if now is not None and self.protocol not in ("lambda", "sqs"):
            return  # nothing leaves this laptop: no calls, letters or messages to telephones
        if now is None or self.protocol != "lambda":
            stock(self, message, message_id, **more)
            return
        attributes = more.get("message_attributes") or {}
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(attributes, message):
            return
        if more.get("message_structure") == "json":
            message = self._parse_message_structure(message, self.protocol)
        event = sns_event(self, message, message_id, more.get("subject"), attributes)
        deliver(now, self.endpoint, event, "sns.amazonaws.com", self.topic.arn)

    Subscription.publish = publish


def sns_event(
    subscription: Any, message: str, message_id: str, subject: str | None, attributes: Any
) -> dict[str, Any]:
    """The event of one notification (Lambda developer guide, Using Lambda with Amazon SNS).

    Nothing signs it here: Signature is the guide's word EXAMPLE.
    """
    topic = subscription.topic.arn
    host = f"https://sns.{REGION}.amazonaws.com/"
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription.arn,
                "EventSource": "aws:sns",
                "Sns": {
                    "SignatureVersion": "1",
                    "Timestamp": timestamp(),
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": host + "SimpleNotificationService-EXAMPLE.pem",
                    "MessageId": message_id,
                    "Message": message,
                    "MessageAttributes": {
                        name: {"Type": value["Type"], "Value": _attribute_text(value["Value"])}
                        for name, value in attributes.items()
                    },
                    "Type": "Notification",
                    "UnsubscribeUrl": f"{host}?Action=Unsubscribe"
                    f"&SubscriptionArn={subscription.arn}",
                    "TopicArn": topic,
                    "Subject": subject,
                },
            }
        ]
    }


def _attribute_text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


# -- EventBridge -----------------------------------------------------------------------------


def _rules() -> None:
    from moto.events.models import Rule

    stock = Rule.send_to_targets

    @functools.wraps(stock)
    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        now = serving.get()
        if now is None:
            stock(self, original_event, transform_input)
            return
        event = bus_event(original_event)
        if self.state != "ENABLED" or not self.event_pattern.matches_event(event):
            return
        for target in self.targets:
            send_to_target(now, self, target, event)

    Rule.send_to_targets = send_to_targets


def bus_event(message: dict[str, Any]) -> dict[str, Any]:
    """An event as targets get it: its time in ISO 8601, moto's own fields gone."""
    event = {key: value for key, value in message.items() if key != "ingestion-time"}
    when = event.get("time")
    if not isinstance(when, str) or when.replace(".", "", 1).isdigit():
        moment = datetime.fromtimestamp(float(when or 0), UTC)
        event["time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return event


def target_input(target: dict[str, Any], event: dict[str, Any]) -> Any:
    """What a target is sent: Input, InputPath, InputTransformer or the whole event."""
    from jsonpath_ng.ext.parser import parse
    from moto.events.utils import EventTemplateParser

    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        found = parse(target["InputPath"]).find(event)
        return found[0].value if found else None
    transformer = target.get("InputTransformer")
    if not transformer:
        return event
    return EventTemplateParser.parse(
        input_template=transformer["InputTemplate"],
        input_paths_map=transformer.get("InputPathsMap", {}),
        event={**event, "ingestion-time": event["time"]},
    )


def send_to_target(now: Serving, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
    """Send an event to one target of a rule; kinds that are not played here get nothing."""
    arn, payload = target["Arn"], target_input(target, event)
    service, name = arn.split(":")[2], arn.split(":", 5)[5]
    if service == "lambda":
        deliver(now, arn, payload, "events.amazonaws.com", rule.arn)
    elif service == "sqs":
        group = target.get("SqsParameters", {}).get("MessageGroupId")
        backend("sqs").send_message(name, json.dumps(payload), group_id=group)
    elif service == "sns":
        backend("sns").publish(json.dumps(payload), arn=arn)
    elif service == "kinesis":
        data = base64.b64encode(json.dumps(payload).encode()).decode()
        stream = name.removeprefix("stream/")
        backend("kinesis").put_record(arn, stream, event["id"], "", data)
    elif service == "logs":
        rule._send_to_cw_log_group(name.removeprefix("log-group:"), dict(payload))


def put_object_event(bucket: Any, event: ObjectEvent) -> None:
    """Tell EventBridge of an object, where its bucket asks for it (S3 user guide, EventBridge)."""
    created = event.name.startswith("ObjectCreated")
    reasons = {"Put": "PutObject", "Post": "POST Object", "Copy": "CopyObject"}
    verb = event.name.partition(":")[2]
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": event.bucket},
        "object": {"key": event.key, "sequencer": event.sequencer},
        "request-id": event.request_id,
        "requester": ACCOUNT,
        "source-ip-address": event.source_ip,
        "reason": reasons.get(verb, verb) if created else "DeleteObject",
    }
    if created:
        detail["object"] |= {"size": event.size, "etag": event.etag}
    else:
        marker = verb == "DeleteMarkerCreated"
        detail["deletion-type"] = "Delete Marker Created" if marker else "Permanently Deleted"
    if event.version_id:
        detail["object"]["version-id"] = event.version_id
    message = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created" if created else "Object Deleted",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [bucket.arn],
        "detail": detail,
    }
    for rule in list(backend("events").event_buses["default"].rules.values()):
        rule.send_to_targets(message)


# -- CloudWatch Logs -------------------------------------------------------------------------


def _logs() -> None:
    from moto.logs.models import LogStream

    stock = LogStream._send_log_events

    @functools.wraps(stock)
    def send_log_events(self: Any, **what: Any) -> None:
        now = serving.get()
        if now is None or what["service"] != "lambda":
            stock(self, **what)
            return
        if event := logs_event(self, what["filter_name"], what["log_events"]):
            source = f"{self.log_group.arn.removesuffix(':*')}:*"
            deliver(now, what["destination_arn"], event, "logs.amazonaws.com", source)

    LogStream._send_log_events = send_log_events


def logs_event(stream: Any, filter_name: str, events: list[dict[str, Any]]) -> Any:
    """The event of a subscription filter: gzip and base64 (Logs user guide, Subscriptions).

    None when its pattern matches no line.
    """
    from moto.logs.utils import EventMessageFilter

    pattern = stream.log_group.subscription_filters[filter_name].filter_pattern or ""
    matching = [e for e in events if EventMessageFilter(pattern).matches(e["message"])]
    if not matching:
        return None
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": stream.log_group.name,
        "logStream": stream.log_stream_name,
        "subscriptionFilters": [filter_name],
        "logEvents": matching,
    }
    packed = gzip.compress(json.dumps(data, separators=(",", ":")).encode())
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}
