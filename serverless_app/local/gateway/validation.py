"""Request validators: required parameters, and bodies against JSON Schema draft-04 models.

AWS page "Request validation for REST APIs in API Gateway".
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.json_text import no_json
from serverless_app.local.gateway.parameters import resolve
from serverless_app.local.gateway.schema_messages import message_of

_MODEL_ADDRESS = "https://apigateway.amazonaws.com/restapis/"


def validate(call: Call) -> None:
    """Raise GatewayError (400) when a request is not what its method's validator demands."""
    method = call.method
    assert method is not None
    missing = [
        name.rpartition(".")[2] for name in method.required_parameters if not resolve(name, call)
    ]
    if missing:
        text = f"Missing required request parameters: [{', '.join(missing)}]"
        raise GatewayError("BAD_REQUEST_PARAMETERS", text, validation=text)
    if method.validates_body and method.models:
        model = _model_for(call)
        if model is not None:
            _validate_body(call, model)


def _model_for(call: Call) -> str | None:
    """The model of the body's content type, or `$default`'s; without either nothing is checked."""
    assert call.method is not None
    media_type = (call.header("Content-Type") or "application/json").partition(";")[0].strip()
    models = call.method.models
    return models.get(media_type.lower()) or models.get("$default")


def _validate_body(call: Call, model: str) -> None:
    try:
        document = json.loads(call.request.body or b"{}", parse_constant=no_json)
    except (ValueError, RecursionError):
        raise GatewayError("BAD_REQUEST_BODY", validation="body is not valid JSON") from None
    validator = _validator(_Schemas(call.api.id, call.api.models), model)
    if validator is None:
        return
    try:
        problems = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.path])
    except Exception as error:  # the schema itself is broken, or refers to nothing
        raise GatewayError("API_CONFIGURATION_ERROR") from error
    if problems:
        # One `required` that misses two properties is two problems here, and one message on AWS.
        told = dict.fromkeys((tuple(p.absolute_path), message_of(p)) for p in problems)
        text = "[" + ", ".join(message for _, message in told) + "]"
        raise GatewayError("BAD_REQUEST_BODY", validation=text)


class _Schemas:
    """The models of one API, compared by identity: a compiled API never changes."""

    def __init__(self, api_id: str, models: Any) -> None:
        self.api_id, self.models = api_id, models

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Schemas) and other.models is self.models

    def __hash__(self) -> int:
        return id(self.models)


@contextmanager
def _without_iri_grammar() -> Iterator[None]:
    """Where jsonschema's extras are installed, it parses the grammar of IRIs when it is imported.

    That takes over a second, and only draft 7's `iri` formats need it; API Gateway has draft 4.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@lru_cache(maxsize=256)
def _validator(schemas: _Schemas, model: str) -> Any:
    """A validator for a model; references to the API's other models lead to them."""
    with _without_iri_grammar():
        from jsonschema import Draft4Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT4

    schema = schemas.models.get(model)
    if schema is None:
        return None
    registry: Registry[Any] = Registry().with_resources(
        (f"{_MODEL_ADDRESS}{schemas.api_id}/models/{name}", DRAFT4.create_resource(content))
        for name, content in schemas.models.items()
    )
    return Draft4Validator(schema, registry=registry, format_checker=Draft4Validator.FORMAT_CHECKER)
