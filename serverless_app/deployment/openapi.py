"""Publishes the REST API as an OpenAPI document, read from the compiled template.

    python -m serverless_app.deployment.openapi

Routes, parameters, bodies and who may call come from the template; what is answered, which API
Gateway does not know of a proxy integration, from schemas/answers.json.
https://spec.openapis.org/oas/v3.0.3
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TEMPLATE, ANSWERS = HERE / "compiled/template.json", HERE / "schemas/answers.json"
DOCUMENT = HERE / "openapi.json"

Json = dict[str, Any]


def document() -> Json:
    """The OpenAPI document."""
    resources: dict[str, Json] = json.loads(TEMPLATE.read_text("utf-8"))["Resources"]
    about: Json = json.loads(ANSWERS.read_text("utf-8"))
    paths: dict[str, Json] = {}
    for each in resources.values():
        method = each["Properties"].get("HttpMethod")
        if each["Type"] == "AWS::ApiGateway::Method" and method != "OPTIONS":
            path = _path(each["Properties"]["ResourceId"]["Ref"], resources)
            paths.setdefault(path, {})[method.lower()] = _route(
                each["Properties"], resources, about
            )
    token = {"type": "http", "scheme": "bearer", "bearerFormat": "Cognito ID token"}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Udagram", "version": "1", "description": "Groups of images, live."},
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {"schemas": about["schemas"], "securitySchemes": {"idToken": token}},
    }


def _path(resource: str, resources: dict[str, Json]) -> str:
    properties = resources[resource]["Properties"]
    parent = properties["ParentId"].get("Ref")
    return f"{_path(parent, resources) if parent else ''}/{properties['PathPart']}"


def _route(method: Json, resources: dict[str, Json], about: Json) -> Json:
    operation = _function(method)
    answer = about["answers"][operation]
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    success: Json = {"description": answer["summary"]}
    if "body" in answer:
        success["content"] = {"application/json": {"schema": _object(answer["body"])}}
    route: Json = {
        "operationId": operation,
        "summary": answer["summary"],
        "parameters": [_parameter(name, about) for name in sorted(method["RequestParameters"])],
        "responses": {
            str(answer["status"]): success,
            **{
                str(code): {"description": "Refused", "content": error} for code in answer["errors"]
            },
            "default": {"description": "Refused, or failed", "content": error},
        },
    }
    if method.get("AuthorizationType") == "COGNITO_USER_POOLS":
        route["security"] = [{"idToken": []}]
    if model := method.get("RequestModels", {}).get("application/json"):
        schema = dict(resources[model["Ref"]]["Properties"]["Schema"])
        del schema["$schema"]  # OpenAPI 3.0 has its own dialect
        route["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return route


def _function(method: Json) -> str:
    """`CreateGroupLambdaFunction` in the integration's address → `createGroup`."""
    parts = method["Integration"]["Uri"]["Fn::Join"][1]
    (logical_id,) = [part["Fn::GetAtt"][0] for part in parts if "Fn::GetAtt" in part]
    name = str(logical_id).removesuffix("LambdaFunction")
    return name[0].lower() + name[1:]


def _parameter(name: str, about: Json) -> Json:
    """`method.request.querystring.limit` → a parameter in the query called limit."""
    _, _, place, word = name.split(".")
    where = "path" if place == "path" else "query"
    required = where == "path" or word in about["required"]
    return {"name": word, "in": where, "required": required, "schema": about["parameters"][word]}


def _object(body: Json) -> Json:
    properties = {name.rstrip("?"): _reference(kind) for name, kind in body.items()}
    required = [name for name in body if not name.endswith("?")]
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
    }


def _reference(kind: str | list[str]) -> Json:
    if isinstance(kind, list):
        return {"type": "array", "items": _reference(kind[0])}
    return {"$ref": f"#/components/schemas/{kind}"}


def main() -> int:
    """Write openapi.json."""
    DOCUMENT.write_text(json.dumps(document(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
