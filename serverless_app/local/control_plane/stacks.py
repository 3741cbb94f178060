"""Stacks: the compiled template, deployed; what failed, rolled back with its reason."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serverless_app.local.control_plane import cloudformation
from serverless_app.local.control_plane.dispatch import backend
from serverless_app.local.control_plane.model import DeploymentFailed, StackResource

if TYPE_CHECKING:
    from serverless_app.local.control_plane.plane import ControlPlane

LOCAL_SOURCE = ".local-source"
PACKAGE_KEY = "laptop-cloud/package.zip"


def deploy(
    plane: ControlPlane,
    template: dict[str, Any],
    stack: str,
    parameters: dict[str, str],
    source: Path,
) -> None:
    """Create or update a stack from a template."""
    body = json.dumps(local_package(plane, template, source))
    client = plane.client("cloudformation")
    given = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
    names = {found.name for found in backend("cloudformation").stacks.values()}
    operation = client.update_stack if stack in names else client.create_stack
    operation(
        StackName=stack,
        TemplateBody=body,
        Parameters=given,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    deployed = find(stack)
    if deployed.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentFailed(f"{stack}: {reason(deployed)}")


def find(stack: str) -> Any:
    """moto's stack of a name."""
    return backend("cloudformation").get_stack(stack)


def reason(stack: Any) -> str:
    """Why a stack failed, by its events."""
    for event in reversed(stack.events):
        if str(event.resource_status).endswith("_FAILED") and event.resource_status_reason:
            return f"{event.logical_resource_id}: {event.resource_status_reason}"
    return str(stack.status)


def local_package(plane: ControlPlane, template: dict[str, Any], source: Path) -> dict[str, Any]:
    """The template, with the package of its functions standing for a folder of this machine."""
    bucket = f"laptop-cloud-packages-{plane.account_id}"
    store = backend("s3")
    if bucket not in store.buckets:
        store.create_bucket(bucket, plane.region)
    store.put_object(bucket, PACKAGE_KEY, package_of(source), disable_notification=True)
    local: dict[str, Any] = json.loads(json.dumps(template))
    for resource in local["Resources"].values():
        code = resource.get("Properties", {}).get("Code")
        if resource["Type"] == "AWS::Lambda::Function" and _is_package(code, template):
            resource["Properties"]["Code"] = {"S3Bucket": bucket, "S3Key": PACKAGE_KEY}
    return local


def package_of(source: Path) -> bytes:
    """A tiny archive that names the folder to run from."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        member = zipfile.ZipInfo(LOCAL_SOURCE)  # its date is fixed: same source, same hash
        package.writestr(member, str(source.resolve()))
    return archive.getvalue()


def _is_package(code: Any, template: dict[str, Any]) -> bool:
    """Whether a function's code is the package that goes into the template's own bucket."""
    where = code.get("S3Bucket") if isinstance(code, dict) else None
    if isinstance(where, dict):
        owner = template["Resources"].get(where.get("Ref"), {})
        return owner.get("Type") == "AWS::S3::Bucket"
    return isinstance(where, str) and where not in backend("s3").buckets


def outputs(stack: str) -> dict[str, str]:
    """The outputs of a stack."""
    return {output["OutputKey"]: output["OutputValue"] for output in find(stack).outputs or []}


def resources(stack: str) -> list[StackResource]:
    """Every resource that a stack's template says and whose condition holds."""
    found = find(stack)
    return [
        StackResource(name, physical_id(resource), resource_type(found, name), is_real(resource))
        for name in found.resource_map.resources
        if (resource := found.resource_map._parsed_resources.get(name)) is not None
    ]


def physical_id(resource: Any) -> str:
    """What Ref gives."""
    return str(getattr(resource, "physical_resource_id", "") or "")


def resource_type(stack: Any, logical_id: str) -> str:
    """The type, as the template says it."""
    return str(stack.resource_map._resource_json_map[logical_id]["Type"])


def is_real(resource: Any) -> bool:
    """Whether there is something behind the name."""
    return bool(getattr(resource, "REAL", True))


# -- failures --------------------------------------------------------------------------------


class ResourceFailed(Exception):
    """A resource could not be made or updated."""

    def __init__(self, logical_id: str, why: str) -> None:
        super().__init__(f"{logical_id}: {why}")
        self.logical_id, self.why = logical_id, why


def install() -> None:
    """Teach moto's CloudFormation types and failures, once."""
    from moto.cloudformation import models, parsing

    cloudformation.install()
    if hasattr(parsing.parse_and_create_resource, "__wrapped__"):
        return
    parsing.parse_and_create_resource = _named(parsing.parse_and_create_resource)
    parsing.parse_and_update_resource = _named(parsing.parse_and_update_resource)
    models.Stack.create_resources = _create_resources(models.Stack.create_resources)
    models.Stack.update = _update(models.Stack.update)
    parsing.ResourceMap.delete = delete_resources
    _lint()


def _named(parse: Any) -> Any:
    """A failure says which resource it was; the types nobody plays are refused by name."""

    @functools.wraps(parse)
    def named(logical_id: str, resource_json: Any, *more: Any, **names: Any) -> Any:
        try:
            return parse(logical_id, resource_json, *more, **names)
        except ResourceFailed:
            raise
        except Exception as error:
            why = getattr(error, "description", None) or getattr(error, "message", None)
            text = why or str(error) or type(error).__name__
            raise ResourceFailed(logical_id, f"{resource_json['Type']}: {text}") from error

    return named


def _create_resources(stock: Any) -> Any:
    @functools.wraps(stock)
    def create_resources(self: Any) -> None:
        try:
            stock(self)
        except ResourceFailed as failure:
            _tell(self, "CREATE_FAILED", failure)
            self.status = "ROLLBACK_IN_PROGRESS"
            self.resource_map.delete()
            self.status = "ROLLBACK_COMPLETE"
            self._add_stack_event("ROLLBACK_COMPLETE")

    return create_resources


def _update(stock: Any) -> Any:
    @functools.wraps(stock)
    def update(self: Any, template: str, *more: Any, **names: Any) -> None:
        before, given = self.template, dict(self.parameters)
        try:
            stock(self, template, *more, **names)
        except ResourceFailed as failure:
            _tell(self, "UPDATE_FAILED", failure)
            self.status = "UPDATE_ROLLBACK_IN_PROGRESS"
            self.template = before
            self._parse_template()
            self.resource_map.update(self.template_dict, given)
            self.status = "UPDATE_ROLLBACK_COMPLETE"
            self._add_stack_event("UPDATE_ROLLBACK_COMPLETE")

    return update


def delete_resources(self: Any) -> None:
    """Delete what a stack made, the last first; what its template retains stays.

    moto deletes in no order, and a policy outlives the function that it belongs to.
    """
    for name in reversed(list(self._parsed_resources)):
        template, resource = self._resource_json_map.get(name), self._parsed_resources[name]
        if template is None or resource is None or isinstance(resource, str):
            continue
        if template.get("DeletionPolicy") not in ("Retain", "RetainExceptOnCreate"):
            try:
                self._delete_resource(resource, template)
            except Exception as error:
                raise ResourceFailed(name, f"{template['Type']}: {error}") from error
        del self._parsed_resources[name]


def _tell(stack: Any, status: str, failure: ResourceFailed) -> None:
    from moto.cloudformation.models import Event

    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=failure.logical_id,
            physical_resource_id="",
            resource_type=failure.why.partition(": ")[0],
            resource_status=status,
            resource_status_reason=failure.why,
            resource_properties=None,
        )
    )


def _lint() -> None:
    """ValidateTemplate: real CloudFormation does not fail on cfn-lint's warnings."""
    from moto.cloudformation import models

    stock = models.validate_template_cfn_lint

    @functools.wraps(stock)
    def validate(template: str) -> list[Any]:
        return [match for match in stock(template) if match.rule.id.startswith("E")]

    models.validate_template_cfn_lint = validate
