"""How a resource type is added to moto's CloudFormation, or one of its own completed."""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable
from typing import Any, ClassVar

from moto.core.common_models import CloudFormationModel

from serverless_app.local.control_plane.changes import serving

Properties = dict[str, Any]


class Supplement(CloudFormationModel):  # type: ignore[misc] # moto is not typed for us
    """A resource of a type that moto's CloudFormation does not know.

    `make` creates it and says its physical id (what Ref gives) and its attributes (what GetAtt
    gives); `remove` deletes it; `change` updates it in place, or returns False: then a new one
    is made and the old one removed, as CloudFormation does for a replacement.
    """

    TYPE: ClassVar[str] = ""
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()
    REAL: ClassVar[bool] = True

    def __init__(self, logical_id: str, properties: Properties) -> None:
        self.logical_resource_id = logical_id
        self.properties = properties
        self.attributes: dict[str, Any] = {}
        self.physical_resource_id = ""

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        """Create it: its physical id and its attributes."""
        raise NotImplementedError

    def change(self, p: Properties) -> bool:
        """Update it in place; False where that cannot be."""
        return False

    def remove(self) -> None:
        """Delete it."""

    # -- what moto calls --------------------------------------------------------------------

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.TYPE

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.ATTRIBUTES

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        if attribute_name not in self.attributes:
            raise UnformattedGetAttTemplateException()
        return self.attributes[attribute_name]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, *_: Any, **names: Any
    ) -> Supplement:
        properties = cloudformation_json["Properties"]
        resource = cls(names.get("LogicalId", resource_name), properties)
        resource.physical_resource_id, resource.attributes = resource.make(properties)
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Supplement,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Supplement:
        properties = cloudformation_json["Properties"]
        if original_resource.properties == properties:
            return original_resource
        if original_resource.change(properties):
            original_resource.properties = properties
            return original_resource
        resource = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json)
        resource.logical_resource_id = original_resource.logical_resource_id
        original_resource.remove()
        return resource

    def delete(self, account_id: str, region_name: str) -> None:
        self.remove()


def snake_case(name: str) -> str:
    """`RouteKey` -> `route_key`; `IAMRoleARN` is not met."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def call(operation: Callable[..., Any], properties: Properties, **more: Any) -> Any:
    """Call a backend's method with a template's properties, as its parameters are named.

    What it takes and nobody gave is None, as in an API request that leaves it out.
    """
    given = {snake_case(name): value for name, value in properties.items()} | more
    parameters = inspect.signature(operation).parameters.values()
    arguments = {p.name: given.get(p.name, _default(p)) for p in parameters}
    return operation(**arguments)


def _default(parameter: inspect.Parameter) -> Any:
    return None if parameter.default is parameter.empty else parameter.default


def as_bool(value: Any) -> bool:
    """A boolean, also where a template writes it as text."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def as_json(value: Any) -> str:
    """A document as text."""
    return value if isinstance(value, str) else json.dumps(value)


def lower_first(value: Any) -> Any:
    """Template spelling to API spelling: `ResponseType` -> `responseType`, one level deep."""
    return {key[:1].lower() + key[1:]: item for key, item in value.items()}


def authority() -> str:
    """Where the laptop cloud that is being asked answers."""
    now = serving.get()
    return now.authority if now else "127.0.0.1"


def accept(properties: Properties) -> None:
    """No complaint."""


def complete(
    model: Any,
    finish: Callable[[Any, Properties], None],
    *,
    check: Callable[[Properties], None] = accept,
) -> None:
    """Run `finish(resource, properties)` after moto has created or updated a `model`.

    `check(properties)` comes before that, and raises for what AWS would refuse.
    """
    create = model.create_from_cloudformation_json.__func__
    update = model.update_from_cloudformation_json.__func__

    @functools.wraps(create)
    def create_and_finish(
        cls: Any, name: str, template: Any, account: str, region: str, **names: Any
    ) -> Any:
        check(template.get("Properties", {}))
        resource = create(cls, name, template, account, region, **names)
        finish(resource, template.get("Properties", {}))
        return resource

    @functools.wraps(update)
    def update_and_finish(
        cls: Any,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        check(cloudformation_json.get("Properties", {}))
        resource = update(
            cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
        )
        resource = original_resource if resource is None else resource
        finish(resource, cloudformation_json.get("Properties", {}))
        return resource

    # Where moto knows no update, its abstract method is wrapped: ours is none.
    update_and_finish.__dict__.pop("__isabstractmethod__", None)
    made: Any = create_and_finish
    model.create_from_cloudformation_json = classmethod(made)
    model.update_from_cloudformation_json = classmethod(update_and_finish)


def add_attributes(model: Any, **attributes: Callable[[Any], Any]) -> None:
    """Teach a model of moto's further GetAtt attributes, or better values for its own."""
    has, get = model.has_cfn_attr, getattr(model, "get_cfn_attribute", None)

    def has_cfn_attr(cls: Any, attr: str) -> bool:
        return attr in attributes or has(attr)

    def get_cfn_attribute(self: Any, attribute_name: str) -> Any:
        if attribute_name in attributes:
            return attributes[attribute_name](self)
        if get is None:
            raise NotImplementedError(f"{attribute_name} of {{0}}")
        return get(self, attribute_name)

    model.has_cfn_attr = classmethod(has_cfn_attr)
    model.get_cfn_attribute = get_cfn_attribute
