"""The documented list: types that are accepted by name, with nothing behind them here.

| type | what the laptop cloud has instead |
|---|---|
| AWS::CloudFront::Distribution | the page is served by the laptop cloud's own port |
| AWS::CloudFront::OriginAccessControl | – |
| AWS::CloudFront::ResponseHeadersPolicy | – |
| AWS::Cognito::IdentityPoolRoleAttachment (identity.py) | nobody takes those roles: no Dashboards |
| AWS::ApiGatewayV2::Deployment (websocket_apis.py) | a stage serves its API as it is |

Kept, but with no effect: custom domains of APIs (custom_domains.py) and DNS records, for nothing
resolves a name here.

Any other type that neither moto nor a supplement knows fails the stack by its name.
"""

from __future__ import annotations

import uuid
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import Properties, Supplement


class NamedOnly(Supplement):
    """A resource of which only the name exists."""

    REAL = False

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        made = uuid.uuid4().hex[:14].upper()
        return made, dict.fromkeys(self.ATTRIBUTES, made)

    def change(self, p: Properties) -> bool:
        return True


class Distribution(NamedOnly):
    """AWS::CloudFront::Distribution; its address resolves nowhere."""

    TYPE = "AWS::CloudFront::Distribution"
    ATTRIBUTES = ("Id", "DomainName")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        made, _ = super().make(p)
        return made, {"Id": made, "DomainName": f"{made.lower()}.cloudfront.invalid"}


class OriginAccessControl(NamedOnly):
    """AWS::CloudFront::OriginAccessControl."""

    TYPE = "AWS::CloudFront::OriginAccessControl"
    ATTRIBUTES = ("Id",)


class ResponseHeadersPolicy(NamedOnly):
    """AWS::CloudFront::ResponseHeadersPolicy."""

    TYPE = "AWS::CloudFront::ResponseHeadersPolicy"
    ATTRIBUTES = ("Id", "LastModifiedTime")
