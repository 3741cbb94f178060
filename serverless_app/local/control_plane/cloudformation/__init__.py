"""What moto's CloudFormation skips: whole resource types, and properties of those it knows."""

from __future__ import annotations

from serverless_app.local.control_plane.cloudformation import (
    buckets,
    custom_domains,
    data_stores,
    functions,
    identity,
    messaging,
    named_only,
    observability,
    rest_apis,
    rest_methods,
    websocket_apis,
)
from serverless_app.local.control_plane.cloudformation.adapter import Supplement

MODULES = (
    buckets,
    custom_domains,
    data_stores,
    functions,
    identity,
    messaging,
    named_only,
    observability,
    rest_apis,
    rest_methods,
    websocket_apis,
)

TYPES: dict[str, type[Supplement]] = {
    supplement.TYPE: supplement
    for module in MODULES
    for supplement in vars(module).values()
    if isinstance(supplement, type) and issubclass(supplement, Supplement) and supplement.TYPE
}

_installed = False


def install() -> None:
    """Teach moto's CloudFormation, once."""
    global _installed
    if _installed:
        return
    _installed = True
    from moto.cloudformation import parsing

    for name, supplement in TYPES.items():
        parsing.get_model_map()[name] = supplement
        parsing.get_name_type_map()[name] = ""
    for module in MODULES:
        if hasattr(module, "install"):
            module.install()
