"""What `--param` changes: each option's compiled template, and what is refused beforehand."""

from __future__ import annotations

import json
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest

from serverless_app.deployment.compile_templates import (
    COMPILED,
    VARIANTS,
    compile_template,
    find_osls,
)
from serverless_app.deployment.options import NoSuchOption, check
from tests.application import of_type

TEMPLATES = {name: json.loads((COMPILED / name).read_text("utf-8")) for name in VARIANTS}
DEFAULT = TEMPLATES["template.json"]
DASHBOARDS = TEMPLATES["template-dashboards.json"]
PROVISIONED = TEMPLATES["template-provisioned.json"]
ACCESS_LOGS = TEMPLATES["template-access-logs.json"]
DOMAIN = TEMPLATES["template-domain.json"]
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/of-this-example"
ELSEWHERE = CERTIFICATE.replace("us-east-1", "eu-central-1")


def added(template: Any) -> set[str]:
    """The resources that an option adds to the default ones."""
    return set(template["Resources"]) - set(DEFAULT["Resources"])


def resource(template: Any, name: str) -> Any:
    return template["Resources"][name]


def inline_policies(template: Any) -> list[Any]:
    roles = of_type("AWS::IAM::Role", template).values()
    documents = [policy for role in roles for policy in role.get("Policies", [])]
    return [*documents, *of_type("AWS::IAM::Policy", template).values()]


# -- the default ---------------------------------------------------------------------------------


def test_by_default_there_are_no_dashboards_access_logs_or_names_of_ones_own() -> None:
    kinds = {each["Type"] for each in DEFAULT["Resources"].values()}

    assert not kinds & {
        "AWS::Cognito::IdentityPool",
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::DomainName",
        "AWS::ApiGatewayV2::DomainName",
        "AWS::Route53::RecordSet",
    }
    assert "AccessLog" not in json.dumps(DEFAULT)


@pytest.mark.parametrize("name", sorted(set(VARIANTS) - {"template-search-off.json"}))
def test_no_option_takes_anything_away_or_gives_a_function_more(name: str) -> None:
    """So parliament, which reads the default's policies, has read every option's."""
    assert set(DEFAULT["Resources"]) <= set(TEMPLATES[name]["Resources"])
    assert inline_policies(TEMPLATES[name]) == inline_policies(DEFAULT)


# -- capacity ------------------------------------------------------------------------------------


def test_provisioned_tables_and_indexes_stay_within_an_accounts_25_free_units() -> None:
    tables = of_type("AWS::DynamoDB::Table", PROVISIONED).values()
    everything: list[Any] = [*tables]
    for table in tables:
        everything += table.get("GlobalSecondaryIndexes", [])
    throughput = [each["ProvisionedThroughput"] for each in everything]

    assert {table["BillingMode"] for table in tables} == {"PROVISIONED"}
    assert len(throughput) == 8
    assert sum(each["ReadCapacityUnits"] for each in throughput) == 24
    assert sum(each["WriteCapacityUnits"] for each in throughput) == 24


# -- dashboards ----------------------------------------------------------------------------------


def test_dashboards_ask_a_user_pool_of_their_own_in_which_nobody_signs_up() -> None:
    cognito = resource(DASHBOARDS, "SearchDomain")["Properties"]["CognitoOptions"]
    pool = resource(DASHBOARDS, "DashboardsUserPool")["Properties"]
    identities = resource(DASHBOARDS, "DashboardsIdentityPool")["Properties"]

    assert cognito == {
        "Enabled": True,
        "UserPoolId": {"Ref": "DashboardsUserPool"},
        "IdentityPoolId": {"Ref": "DashboardsIdentityPool"},
        "RoleArn": {"Fn::GetAtt": ["DashboardsServiceRole", "Arn"]},
    }
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert identities["AllowUnauthenticatedIdentities"] is False


def test_opensearch_may_set_up_the_sign_in_once_the_pool_has_a_page_for_it() -> None:
    role = resource(DASHBOARDS, "DashboardsServiceRole")["Properties"]

    (arn,) = role["ManagedPolicyArns"]
    assert arn["Fn::Sub"].endswith(":policy/AmazonOpenSearchServiceCognitoAccess")
    assert resource(DASHBOARDS, "SearchDomain")["DependsOn"] == ["DashboardsUserPoolDomain"]


def test_only_who_has_signed_in_gets_the_role_that_the_domain_lets_in() -> None:
    (statement,) = resource(DASHBOARDS, "SearchDomain")["Properties"]["AccessPolicies"]["Statement"]
    role = resource(DASHBOARDS, "DashboardsUserRole")["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": {"Fn::GetAtt": ["DashboardsUserRole", "Arn"]}}
    assert trust["Condition"] == {
        "StringEquals": {"cognito-identity.amazonaws.com:aud": {"Ref": "DashboardsIdentityPool"}},
        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
    }
    assert "AccessPolicies" not in resource(DEFAULT, "SearchDomain")["Properties"]


# -- access logs ---------------------------------------------------------------------------------


def log_settings() -> dict[str, Any]:
    deployment = resource(ACCESS_LOGS, "ApiGatewayDeployment")["Properties"]
    stage = resource(ACCESS_LOGS, "WebsocketsDeploymentStage")["Properties"]
    return {
        "RestAccessLogs": deployment["StageDescription"]["AccessLogSetting"],
        "WebsocketAccessLogs": stage["AccessLogSettings"],
    }


def test_access_logs_add_two_groups_and_the_accounts_role() -> None:
    assert added(ACCESS_LOGS) == {
        "GatewayLogsRole",
        "GatewayAccount",
        "RestAccessLogs",
        "WebsocketAccessLogs",
    }
    role = resource(ACCESS_LOGS, "GatewayLogsRole")["Properties"]
    (arn,) = role["ManagedPolicyArns"]
    assert arn["Fn::Sub"].endswith(":policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")


def test_the_accounts_role_outlives_the_stack_for_the_account_goes_on_naming_it() -> None:
    role = resource(ACCESS_LOGS, "GatewayLogsRole")

    assert (role["DeletionPolicy"], role["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "RoleName" not in role["Properties"]  # or the next stack could not be made


def test_nothing_else_outlives_its_stack() -> None:
    retained = {
        name
        for template in TEMPLATES.values()
        for name, each in template["Resources"].items()
        if each.get("DeletionPolicy", "Delete") != "Delete"
    }

    assert retained == {"GatewayLogsRole"}


@pytest.mark.parametrize("group", ["RestAccessLogs", "WebsocketAccessLogs"])
def test_a_stage_logs_to_its_group_once_the_account_has_its_role(group: str) -> None:
    made = resource(ACCESS_LOGS, group)

    assert log_settings()[group]["DestinationArn"]["Fn::Sub"].endswith(f":log-group:${{{group}}}")
    assert made["DependsOn"] == ["GatewayAccount"]
    assert made["Properties"]["RetentionInDays"] == 14


@pytest.mark.parametrize("group", ["RestAccessLogs", "WebsocketAccessLogs"])
def test_a_line_is_json_and_has_neither_query_string_nor_body(group: str) -> None:
    """A WebSocket's token is in its query string."""
    line = json.loads(log_settings()[group]["Format"])

    assert "$context.requestId" in line.values()
    assert not [each for each in line.values() if "query" in each.lower() or "body" in each.lower()]


# -- a domain of one's own -----------------------------------------------------------------------


def test_page_and_apis_answer_at_the_domain_and_the_page_learns_it() -> None:
    outputs = {name: each["Value"] for name, each in DOMAIN["Outputs"].items()}

    assert outputs["WebUrl"] == "https://udagram.example.com"
    assert outputs["ApiUrl"] == "https://api.udagram.example.com"
    assert outputs["WebsocketUrl"] == "wss://live.udagram.example.com"
    assert {"PageTarget", "ApiTarget", "WebsocketTarget"} <= outputs.keys()


def test_the_page_may_connect_to_the_domains_apis() -> None:
    headers = resource(DOMAIN, "WebResponseHeaders")["Properties"]["ResponseHeadersPolicyConfig"]
    policy = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]

    (connects,) = [each for each in policy.split("; ") if each.startswith("connect-src")]
    assert connects.endswith(" https://api.udagram.example.com wss://live.udagram.example.com")


def test_each_name_is_bound_to_its_api_and_its_certificate() -> None:
    rest, live = (
        of_type(f"AWS::{each}::DomainName", DOMAIN) for each in ("ApiGateway", "ApiGatewayV2")
    )
    page = resource(DOMAIN, "WebDistribution")["Properties"]["DistributionConfig"]
    (configuration,) = live["WebsocketDomain"]["DomainNameConfigurations"]

    assert rest["ApiDomain"]["RegionalCertificateArn"] == CERTIFICATE
    assert configuration["CertificateArn"] == CERTIFICATE
    assert page["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert page["Aliases"] == ["udagram.example.com"]
    assert resource(DOMAIN, "ApiDomainMapping")["Properties"]["Stage"] == "dev"
    assert resource(DOMAIN, "ApiDomainMapping")["DependsOn"] == ["ApiGatewayDeployment"]
    mapping = resource(DOMAIN, "WebsocketDomainMapping")["Properties"]
    assert mapping["Stage"] == {"Ref": "WebsocketsDeploymentStage"}


def test_old_protocols_are_refused_at_every_name() -> None:
    (live,) = resource(DOMAIN, "WebsocketDomain")["Properties"]["DomainNameConfigurations"]
    page = resource(DOMAIN, "WebDistribution")["Properties"]["DistributionConfig"]

    assert resource(DOMAIN, "ApiDomain")["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert live["SecurityPolicy"] == "TLS_1_2"
    assert page["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_a_hosted_zone_gets_the_three_records() -> None:
    records = of_type("AWS::Route53::RecordSet", DOMAIN).values()

    assert {each["Name"]: each["AliasTarget"]["DNSName"]["Fn::GetAtt"] for each in records} == {
        "udagram.example.com": ["WebDistribution", "DomainName"],
        "api.udagram.example.com": ["ApiDomain", "RegionalDomainName"],
        "live.udagram.example.com": ["WebsocketDomain", "RegionalDomainName"],
    }


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_compiled_may_be_said(name: str) -> None:
    check([f"{option}={value}" for option, value in VARIANTS[name].items()], region="us-east-1")


def test_a_page_of_another_region_has_a_certificate_of_us_east_1() -> None:
    said = ["domain=a.example.com", f"certificate={ELSEWHERE}", f"pageCertificate={CERTIFICATE}"]

    check(said, region="eu-central-1")


@pytest.mark.parametrize(
    ("parameters", "region", "why"),
    [
        (["serach=off"], "us-east-1", "There is no option 'serach=off'. There are: search, "),
        (["search"], "us-east-1", "There is no option 'search'."),
        (["search=of"], "us-east-1", "search is on or off, not 'of'."),
        (["dashboards=on", "search=off"], "us-east-1", "it cannot be with search=off."),
        (["domain=Udagram"], "us-east-1", "domain is a name like udagram.example.com"),
        (["domain=a.example.com"], "us-east-1", "A domain needs certificate="),
        ([f"certificate={CERTIFICATE}"], "us-east-1", "certificate belongs to a domain"),
        (["zone=Z1"], "us-east-1", "zone belongs to a domain"),
        (
            ["domain=a.example.com", f"certificate={CERTIFICATE}"],
            "eu-central-1",
            "API Gateway reads certificates of its own region only: eu-central-1.",
        ),
        (
            ["domain=a.example.com", f"certificate={ELSEWHERE}"],
            "eu-central-1",
            "CloudFront reads certificates of us-east-1 only",
        ),
        ([f"domain={'a' * 60}.org", f"certificate={CERTIFICATE}"], "us-east-1", "59 characters"),
    ],
)
def test_what_cannot_be_deployed_is_refused_before_anything_is_done(
    parameters: list[str], region: str, why: str
) -> None:
    with pytest.raises(NoSuchOption) as refused:
        check(parameters, region=region)

    assert why in str(refused.value)


# -- together ------------------------------------------------------------------------------------

TOGETHER = {
    "capacity": "provisioned",
    "dashboards": "on",
    "accessLogs": "on",
    "domain": "udagram.example.com",
    "certificate": ELSEWHERE,
    "pageCertificate": CERTIFICATE,
}


@pytest.mark.node
@pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci")
def test_all_options_compile_together_and_cfn_lint_finds_nothing() -> None:
    """Without a zone, and with two certificates: neither is in a committed template."""
    osls = find_osls()
    assert osls is not None
    text = compile_template(osls, TOGETHER)
    config = cfnlint.config.ManualArgs(ignore_checks=["I", "W3005"], regions=["us-east-1"])

    assert cfnlint.api.lint(text, config=config) == []
    template = json.loads(text)
    assert added(template) >= {"DashboardsUserPool", "GatewayAccount", "ApiDomain"}
    assert of_type("AWS::Route53::RecordSet", template) == {}
    page = resource(template, "WebDistribution")["Properties"]["DistributionConfig"]
    assert page["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert resource(template, "ApiDomain")["Properties"]["RegionalCertificateArn"] == ELSEWHERE
