"""Where a schedule's events go: the targets of its rule."""

from __future__ import annotations

import json
import re
from typing import Any

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.event_sources.notifications import Send
from serverless_app.local.event_sources.records import queue_url
from serverless_app.local.functions import LambdaError, LambdaService, Permission
from serverless_app.local.trace import Trace, new_trace_id


class Targets:
    """Sends to functions, queues, topics and streams; other targets are refused in the trace."""

    def __init__(
        self,
        *,
        control_plane: ControlPlane,
        functions: LambdaService,
        trace: Trace,
        send: Send,
    ) -> None:
        self._control_plane = control_plane
        self._functions = functions
        self._trace = trace
        self._send = send

    def fire(self, rule: Any, target: dict[str, Any], event: dict[str, Any]) -> None:
        """Send what the target asks for: its `Input`, a part of the event, or all of it."""
        content, trace_id = target_input(target, event), new_trace_id()
        service = target["Arn"].split(":")[2]
        if service == "lambda":
            self._invoke(rule, target["Arn"], content, trace_id)
        elif service in ("sqs", "sns", "kinesis"):
            message = json.dumps(content)
            self._send(
                lambda: self._put(service, target, message, event["id"]),
                rule.name,
                target["Arn"].split(":", 5)[5].rpartition("/")[2],
                trace_id,
            )
        else:
            self.refuse(rule.name, f"{target['Arn']}: targets of {service} are not played here.")

    def refuse(self, rule_name: str, why: str, target: str = "EventBridge") -> None:
        """Say in the trace why a rule sends nothing."""
        hop = self._trace.begin(rule_name, target, "Deliver", kind="event", trace_id=new_trace_id())
        self._trace.end(hop, "refused", why)

    def _invoke(self, rule: Any, arn: str, content: Any, trace_id: str) -> None:
        try:
            self._functions.accept(
                arn,
                json.dumps(content, ensure_ascii=False).encode(),
                source=rule.name,
                trace_id=trace_id,
                permission=Permission("events.amazonaws.com", rule.arn),
            )
        except LambdaError as error:
            self.refuse(rule.name, f"{error.code}: {error.message}", arn.split(":")[6])

    def _put(self, service: str, target: dict[str, Any], message: str, event_id: str) -> None:
        client, arn = self._control_plane.client(service), target["Arn"]
        if service == "sns":
            client.publish(TopicArn=arn, Message=message)
        elif service == "kinesis":
            client.put_record(StreamARN=arn, Data=message.encode(), PartitionKey=event_id)
        else:
            group = target.get("SqsParameters", {})
            client.send_message(QueueUrl=queue_url(arn), MessageBody=message, **group)


def target_input(target: dict[str, Any], event: dict[str, Any]) -> Any:
    """`Input` is sent as it is; else the event, or what `InputPath` names in it.

    "Amazon EventBridge input transformation" in the EventBridge User Guide.
    """
    if target.get("Input"):
        return json.loads(target["Input"])
    if transformer := target.get("InputTransformer"):
        return _transformed(transformer, event)
    return _at(target.get("InputPath") or "$", event)


def _transformed(transformer: dict[str, Any], event: dict[str, Any]) -> Any:
    """The template with each `<name>` replaced: by JSON, or by bare text within a string."""
    template: str = transformer["InputTemplate"]
    paths = transformer.get("InputPathsMap") or {}

    def value(found: re.Match[str]) -> str:
        if found[1] not in paths:
            return found[0]
        chosen = _at(paths[found[1]], event)
        encoded = json.dumps(chosen)
        inside_a_string = template.count('"', 0, found.start()) % 2 == 1
        return encoded[1:-1] if inside_a_string and isinstance(chosen, str) else encoded

    return json.loads(re.sub(r"<([\w.-]+)>", value, template))


def _at(path: str, event: Any) -> Any:
    """A simple JSON path: `$`, `$.detail.name`."""
    for name in path.removeprefix("$").split("."):
        if name:
            event = event.get(name) if isinstance(event, dict) else None
    return event
