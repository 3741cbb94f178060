"""AWS::Lambda: permissions, asynchronous invocation, and properties that moto drops."""

from __future__ import annotations

import base64
import json
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    complete,
)
from serverless_app.local.control_plane.constraints import check_function
from serverless_app.local.control_plane.dispatch import backend


class Permission(Supplement):
    """AWS::Lambda::Permission: a statement of the function's resource policy."""

    TYPE = "AWS::Lambda::Permission"
    ATTRIBUTES = ("Id",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        function = backend("lambda").get_function(p["FunctionName"])
        statement_id = f"{self.logical_resource_id}-{len(function.policy.statements)}"
        given = {key: value for key, value in p.items() if key != "FunctionName"}
        function.policy.add_statement(json.dumps(given | {"StatementId": statement_id}))
        return statement_id, {"Id": statement_id}

    def remove(self) -> None:
        function = backend("lambda").get_function(self.properties["FunctionName"])
        function.policy.del_statement(self.physical_resource_id)


class EventInvokeConfig(Supplement):
    """AWS::Lambda::EventInvokeConfig."""

    TYPE = "AWS::Lambda::EventInvokeConfig"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        names = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        config = {name: p[name] for name in names if p.get(name) not in (None, {})}
        function = backend("lambda").get_function(p["FunctionName"])
        function.event_invoke_config = []
        backend("lambda").put_function_event_invoke_config(p["FunctionName"], config)
        return f"{p['FunctionName']}|{p['Qualifier']}", {}

    def change(self, p: Properties) -> bool:
        if p["FunctionName"] != self.properties["FunctionName"]:
            return False
        self.make(p)
        return True

    def remove(self) -> None:
        name = self.properties["FunctionName"]
        backend("lambda").delete_function_event_invoke_config(name)


class Alias(Supplement):
    """AWS::Lambda::Alias."""

    TYPE = "AWS::Lambda::Alias"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        alias = backend("lambda").create_alias(
            p["Name"],
            p["FunctionName"],
            str(p["FunctionVersion"]),
            p.get("Description", ""),
            p.get("RoutingConfig"),
        )
        return alias.arn, {}

    def remove(self) -> None:
        backend("lambda").delete_alias(self.properties["Name"], self.properties["FunctionName"])


def install() -> None:
    """Complete moto's function."""
    from moto.awslambda.models import LambdaFunction

    LambdaFunction.update_from_cloudformation_json = classmethod(update_function)
    complete(LambdaFunction, finish_function, check=check_function)


def update_function(cls: Any, function: Any, name: str, template: Any, *_: Any) -> Any:
    """A function keeps its name; moto takes code that a template has in it for a zip."""
    p = template["Properties"]
    code = p["Code"]
    if "ZipFile" in code:
        packed = cls._create_zipfile_from_plaintext_code(code["ZipFile"])
        code = {"ZipFile": base64.b64encode(packed).decode()}
    function.update_configuration(p)
    function.update_function_code(code)
    return function


def finish_function(function: Any, p: Properties) -> None:
    """Dead-letter queue, tracing, architecture, disk, tags: dropped by moto on the way in."""
    function.dead_letter_config = p.get("DeadLetterConfig")
    function.tracing_config = p.get("TracingConfig") or {"Mode": "PassThrough"}
    function.architectures = p.get("Architectures", ["x86_64"])
    function.ephemeral_storage = int(p.get("EphemeralStorage", {}).get("Size", 512))
    function.environment_vars = p.get("Environment", {}).get("Variables", {})
    function.reserved_concurrency = p.get("ReservedConcurrentExecutions")
    function.timeout = int(p.get("Timeout", 3))
    function.memory_size = int(p.get("MemorySize", 128))
    function.layers = function._get_layers_data(p.get("Layers", []))
    function.tags = {tag["Key"]: tag["Value"] for tag in p.get("Tags", [])}
