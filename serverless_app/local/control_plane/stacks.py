"""Stacks: the compiled template, deployed from a folder of this machine."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        return bool(owner.get("Type") == "AWS::S3::Bucket")
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
