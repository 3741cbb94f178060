"""Stacks that fail: rolled back, as CloudFormation does it, with the reason in their events."""

from __future__ import annotations

import functools
import warnings
from typing import Any

from serverless_app.local.control_plane import cloudformation


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
    parsing.parse_and_update_resource = _named(_replacing(parsing.parse_and_update_resource))
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


def _replacing(parse: Any) -> Any:
    """A type that moto cannot update is made anew: moto would forget the resource."""

    @functools.wraps(parse)
    def update(logical_id: str, resource_json: Any, resources: Any, **place: str) -> Any:
        from moto.cloudformation import parsing

        before = resources[logical_id]
        changed = parse(logical_id, resource_json, resources, **place)
        if changed is None and before is not None:
            resources._delete_resource(before, resource_json)
            changed = parsing.parse_and_create_resource(
                logical_id, resource_json, resources, **place
            )
        return changed

    return update


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
            with warnings.catch_warnings():
                # moto warns of what was never made: that is why it is rolled back.
                warnings.simplefilter("ignore", UserWarning)
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
