"""Where the deployed stack answers: its own APIs' short addresses, and what its page reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from serverless_app.local.control_plane import ControlPlane
from serverless_app.local.http.messages import Request, Response

DATA_PLANE = "/_aws/execute-api"


@dataclass(frozen=True)
class StackAddresses:
    """The addresses of one stack; empty where the template has no such resource."""

    authority: str
    region: str
    rest_api_id: str
    rest_stage: str
    websocket_api_id: str
    websocket_stage: str
    search_domain: str
    user_pool_id: str
    user_pool_client_id: str

    @classmethod
    def read(cls, plane: ControlPlane, stack: str, authority: str) -> StackAddresses:
        """Look the addresses up in the control plane's own records."""
        first: dict[str, str] = {}
        for resource in plane.resources(stack):
            first.setdefault(resource.type, resource.physical_id)
        rest = first.get("AWS::ApiGateway::RestApi", "")
        sockets = first.get("AWS::ApiGatewayV2::Api", "")
        outputs = plane.outputs(stack)
        client = first.get("AWS::Cognito::UserPoolClient", "")
        return cls(
            authority,
            plane.region,
            rest,
            rest_stage(plane, rest),
            sockets,
            websocket_stage(plane, sockets),
            first.get("AWS::OpenSearchService::Domain", ""),
            outputs.get("UserPoolId") or first.get("AWS::Cognito::UserPool", ""),
            outputs.get("UserPoolClientId") or client,
        )

    @property
    def api_url(self) -> str:
        """The REST API, with its stage."""
        return f"http://{self.authority}/{self.rest_stage}"

    @property
    def websocket_url(self) -> str:
        """The WebSocket API, with its stage."""
        return f"ws://{self.authority}/{self.websocket_stage}"

    @property
    def search_url(self) -> str:
        """The search domain's REST API."""
        return f"http://{self.authority}/_aws/opensearch/{self.search_domain}"

    def as_dict(self) -> dict[str, Any]:
        """Its part of `cloud.json`."""
        return {
            "api_url": self.api_url,
            "websocket_url": self.websocket_url,
            "search_url": self.search_url if self.search_domain else None,
            "user_pool_id": self.user_pool_id,
            "user_pool_client_id": self.user_pool_client_id,
        }

    def rest_target(self, request: Request) -> str | None:
        """The data plane's target for a request to the short address, or None."""
        return self._target(request, self.rest_stage, self.rest_api_id)

    def websocket_target(self, request: Request) -> str | None:
        """The data plane's target for a handshake at the short address, or None."""
        return self._target(request, self.websocket_stage, self.websocket_api_id)

    def _target(self, request: Request, stage: str, api_id: str) -> str | None:
        if not api_id or request.path.split("/")[1:2] != [stage]:
            return None
        return f"{DATA_PLANE}/{api_id}{request.target}"

    def page_configuration(self) -> Response:
        """`config.json`, from which the page learns its addresses."""
        configuration = {
            "apiUrl": self.api_url,
            "websocketUrl": self.websocket_url,
            "region": self.region,
            "userPoolClientId": self.user_pool_client_id,
            "cognitoUrl": f"http://{self.authority}/",
            "consoleUrl": f"http://{self.authority}/_console/",
        }
        headers = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
        return Response(200, json.dumps(configuration).encode(), headers)

    def values(self) -> dict[str, Any]:
        """Every field, for a log or a test."""
        return asdict(self)


def rest_stage(plane: ControlPlane, api_id: str) -> str:
    """The first stage of a REST API, or an empty text."""
    return first_stage(plane, "apigateway", api_id)


def websocket_stage(plane: ControlPlane, api_id: str) -> str:
    """The first stage of a WebSocket API, or an empty text."""
    return first_stage(plane, "apigatewayv2", api_id)


def first_stage(plane: ControlPlane, service: str, api_id: str) -> str:
    """Read in the records themselves: a boto3 client would cost a start 0.1 s for its model."""
    api = plane.backend(service).apis.get(api_id) if api_id else None
    return str(next(iter(api.stages), "")) if api else ""
