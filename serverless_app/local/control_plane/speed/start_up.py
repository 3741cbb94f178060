"""Start in half the time: moto's CloudFormation without the 20 services that it drags in.

It imports every package that has a CloudFormation type, EC2 with all its machine images among
them (0.9 s), and an OpenAPI validator for one operation (0.2 s, or 1.4 s where jsonschema finds
rfc3987_syntax). They are left out until a template names one of their types.
"""

from __future__ import annotations

import functools
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HEAVY = (
    "autoscaling", "batch", "datapipeline", "ec2", "ecs", "efs", "elb", "elbv2", "emr", "iot",
    "rds", "redshift", "route53", "sagemaker", "ssm", "stepfunctions",
)  # fmt: skip


def install() -> None:
    """Import CloudFormation lightly, unless somebody has imported it already."""
    if "moto.cloudformation.parsing" in sys.modules:
        return
    with stand_ins():
        from moto.cloudformation import parsing
    stock = parsing.resource_class_from_type

    @functools.wraps(stock)
    def resource_class_from_type(resource_type: str) -> Any:
        """A type that is not known may be one of those left out."""
        known = resource_type in parsing.get_model_map() or resource_type.startswith("Custom::")
        if not known and parsing.ssm_backends is None:
            load_the_rest()
        return stock(resource_type)

    stock_parameter = parsing.ResourceMap.parse_ssm_parameter

    @functools.wraps(stock_parameter)
    def parse_ssm_parameter(self: Any, value: str, value_type: str) -> str:
        if parsing.ssm_backends is None:
            load_the_rest()
        return str(stock_parameter(self, value, value_type))

    parsing.resource_class_from_type = resource_class_from_type
    parsing.ResourceMap.parse_ssm_parameter = parse_ssm_parameter


def load_the_rest() -> None:
    """Import what was left out, and let CloudFormation know of it."""
    from moto.cloudformation import parsing
    from moto.core.common_models import CloudFormationModel

    for service in HEAVY:
        importlib.import_module(f"moto.{service}.models")
    ec2, core, ssm = (
        importlib.import_module(f"moto.{name}") for name in ("ec2.models", "ec2.models.core", "ssm")
    )
    parsing.ec2_models, parsing.TaggedEC2Resource = ec2, core.TaggedEC2Resource
    parsing.ssm_backends = ssm.ssm_backends
    models, names = parsing.get_model_map(), parsing.get_name_type_map()
    for model in CloudFormationModel.__subclasses__():
        models.setdefault(model.cloudformation_type(), model)
        names.setdefault(model.cloudformation_type(), model.cloudformation_name_type())


@contextmanager
def stand_ins() -> Iterator[None]:
    """Empty modules in the place of the heavy ones, for the time of an import."""
    stand_in = {name: module for name, module in _modules().items() if name not in sys.modules}
    sys.modules.update(stand_in)
    try:
        yield
    finally:
        for name, module in stand_in.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _modules() -> dict[str, types.ModuleType]:
    found: dict[str, types.ModuleType] = {}
    for service in HEAVY:
        package, models = (types.ModuleType(f"moto.{service}{end}") for end in ("", ".models"))
        package.models = models  # type: ignore[attr-defined]
        package.__path__ = []
        found[package.__name__], found[models.__name__] = package, models
    core = types.ModuleType("moto.ec2.models.core")
    core.TaggedEC2Resource = type("TaggedEC2Resource", (), {})  # type: ignore[attr-defined]
    found[core.__name__] = core
    found["moto.ssm"].ssm_backends = None  # type: ignore[attr-defined]
    return found | _openapi()


def _openapi() -> dict[str, types.ModuleType]:
    """An OpenAPI validator that is imported when ImportRestApi asks it something."""
    validator = types.ModuleType("openapi_spec_validator")
    validation = types.ModuleType("openapi_spec_validator.validation")
    exceptions = types.ModuleType("openapi_spec_validator.validation.exceptions")
    validator.validate = _validate_openapi  # type: ignore[attr-defined]
    exceptions.OpenAPIValidationError = ValueError  # type: ignore[attr-defined]
    return {module.__name__: module for module in (validator, validation, exceptions)}


def _validate_openapi(document: Any) -> None:
    importlib.import_module("openapi_spec_validator").validate(document)
