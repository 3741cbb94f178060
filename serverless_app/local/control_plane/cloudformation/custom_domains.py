"""Names of one's own for APIs: kept, and given an address that resolves nowhere.

The laptop cloud answers at its own addresses whatever names a template gives its APIs.
"""

from __future__ import annotations

import uuid
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    call,
    lower_first,
)
from serverless_app.local.control_plane.dispatch import backend


class DomainName(Supplement):
    """AWS::ApiGateway::DomainName."""

    TYPE = "AWS::ApiGateway::DomainName"
    ATTRIBUTES = (
        *("RegionalDomainName", "RegionalHostedZoneId"),
        *("DistributionDomainName", "DistributionHostedZoneId"),
    )

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        endpoint = lower_first(p.get("EndpointConfiguration", {}))
        create = backend("apigateway").create_domain_name
        made = call(create, p, endpoint_configuration=endpoint, tags={})
        return p["DomainName"], {
            "RegionalDomainName": made.regional_domain_name,
            "RegionalHostedZoneId": made.regional_hosted_zone_id,
            "DistributionDomainName": made.distribution_domain_name,
            "DistributionHostedZoneId": made.distribution_hosted_zone_id,
        }

    def remove(self) -> None:
        backend("apigateway").domain_names.pop(self.physical_resource_id, None)


class BasePathMapping(Supplement):
    """AWS::ApiGateway::BasePathMapping; the whole domain where no path is given."""

    TYPE = "AWS::ApiGateway::BasePathMapping"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        path, stage = p.get("BasePath", ""), p.get("Stage", "")
        create = backend("apigateway").create_base_path_mapping
        made = create(p["DomainName"], p["RestApiId"], path, stage)
        return f"{p['DomainName']}|{made.base_path}", {}

    def remove(self) -> None:
        domain, _, path = self.physical_resource_id.partition("|")
        backend("apigateway").base_path_mappings.get(domain, {}).pop(path, None)


class DomainNameV2(Supplement):
    """AWS::ApiGatewayV2::DomainName."""

    TYPE = "AWS::ApiGatewayV2::DomainName"
    ATTRIBUTES = ("RegionalDomainName", "RegionalHostedZoneId", "DomainNameArn")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        configurations = [lower_first(each) for each in p["DomainNameConfigurations"]]
        create = backend("apigatewayv2").create_domain_name
        made = call(create, p, domain_name_configurations=configurations, tags={})
        return p["DomainName"], {
            "RegionalDomainName": f"d-{uuid.uuid4().hex[:10]}.execute-api.invalid",
            "RegionalHostedZoneId": "Z2FDTNDATAQYW2",
            "DomainNameArn": made.domain_name_arn,
        }

    def remove(self) -> None:
        backend("apigatewayv2").domain_names.pop(self.physical_resource_id, None)


class ApiMapping(Supplement):
    """AWS::ApiGatewayV2::ApiMapping."""

    TYPE = "AWS::ApiGatewayV2::ApiMapping"
    ATTRIBUTES = ("ApiMappingId",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        create = backend("apigatewayv2").create_api_mapping
        made = call(create, p, api_mapping_key=p.get("ApiMappingKey", ""))
        return made.api_mapping_id, {"ApiMappingId": made.api_mapping_id}

    def remove(self) -> None:
        backend("apigatewayv2").api_mappings.pop(self.physical_resource_id, None)
