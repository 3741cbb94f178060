"""AWS::Cognito and AWS::IAM: pools, their clients and domains; role policies as JSON."""

from __future__ import annotations

import functools
import json
from typing import Any

from serverless_app.local.control_plane.cloudformation.adapter import (
    Properties,
    Supplement,
    as_bool,
    authority,
    call,
    complete,
)
from serverless_app.local.control_plane.dispatch import backend


class UserPool(Supplement):
    """AWS::Cognito::UserPool; the provider's address is this laptop cloud's."""

    TYPE = "AWS::Cognito::UserPool"
    ATTRIBUTES = ("Arn", "ProviderName", "ProviderURL", "UserPoolId")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("UserPoolName", self.logical_resource_id)
        pool = backend("cognito-idp").create_user_pool(name, pool_config(p))
        provider = f"{authority()}/{pool.id}"
        return pool.id, {
            "Arn": pool.arn,
            "ProviderName": provider,
            "ProviderURL": f"http://{provider}",
            "UserPoolId": pool.id,
        }

    def change(self, p: Properties) -> bool:
        pool = backend("cognito-idp").describe_user_pool(self.physical_resource_id)
        pool.update_extended_config(pool_config(p))
        return True

    def remove(self) -> None:
        backend("cognito-idp").delete_user_pool(self.physical_resource_id)


def pool_config(p: Properties) -> dict[str, Any]:
    """A pool's properties as CreateUserPool takes them."""
    config = {key: value for key, value in p.items() if key != "UserPoolName"}
    policy = config.get("Policies", {}).get("PasswordPolicy")
    if policy:
        for name, value in policy.items():
            policy[name] = int(value) if str(value).isdigit() else as_bool(value)
    config["UserPoolTags"] = config.get("UserPoolTags", {})
    return json.loads(json.dumps(config))  # type: ignore[no-any-return]


class UserPoolClient(Supplement):
    """AWS::Cognito::UserPoolClient."""

    TYPE = "AWS::Cognito::UserPoolClient"
    ATTRIBUTES = ("ClientId", "Name", "ClientSecret")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        config = {"ClientName": self.logical_resource_id} | p
        secret = as_bool(config.pop("GenerateSecret", False))
        pool_id = config.pop("UserPoolId")
        client = backend("cognito-idp").create_user_pool_client(pool_id, secret, config)
        attributes = {"ClientId": client.id, "Name": config["ClientName"]}
        return client.id, attributes | ({"ClientSecret": client.secret} if secret else {})

    def change(self, p: Properties) -> bool:
        kept = ("UserPoolId", "GenerateSecret")
        if any(p.get(key) != self.properties.get(key) for key in kept):
            return False
        config = {key: value for key, value in p.items() if key not in kept}
        cognito = backend("cognito-idp")
        cognito.update_user_pool_client(p["UserPoolId"], self.physical_resource_id, config)
        return True

    def remove(self) -> None:
        pool = backend("cognito-idp").user_pools.get(self.properties["UserPoolId"])
        if pool:
            pool.clients.pop(self.physical_resource_id, None)


class UserPoolDomain(Supplement):
    """AWS::Cognito::UserPoolDomain."""

    TYPE = "AWS::Cognito::UserPoolDomain"
    ATTRIBUTES = ("CloudFrontDistribution",)

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        call(backend("cognito-idp").create_user_pool_domain, p)
        return p["Domain"], {"CloudFrontDistribution": ""}

    def remove(self) -> None:
        backend("cognito-idp").user_pool_domains.pop(self.physical_resource_id, None)


class UserPoolGroup(Supplement):
    """AWS::Cognito::UserPoolGroup."""

    TYPE = "AWS::Cognito::UserPoolGroup"

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        call(backend("cognito-idp").create_group, p)
        return p["GroupName"], {}

    def remove(self) -> None:
        pool = backend("cognito-idp").user_pools.get(self.properties["UserPoolId"])
        if pool:
            pool.groups.pop(self.physical_resource_id, None)


class IdentityPool(Supplement):
    """AWS::Cognito::IdentityPool."""

    TYPE = "AWS::Cognito::IdentityPool"
    ATTRIBUTES = ("Name", "Id")

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        name = p.get("IdentityPoolName", self.logical_resource_id)
        made = call(
            backend("cognito-identity").create_identity_pool,
            p,
            identity_pool_name=name,
            allow_unauthenticated_identities=as_bool(p["AllowUnauthenticatedIdentities"]),
            tags={},
        )
        pool_id = made if made in backend("cognito-identity").identity_pools else ""
        pool_id = pool_id or list(backend("cognito-identity").identity_pools)[-1]
        return pool_id, {"Name": name, "Id": pool_id}

    def remove(self) -> None:
        backend("cognito-identity").identity_pools.pop(self.physical_resource_id, None)


class IdentityPoolRoleAttachment(Supplement):
    """AWS::Cognito::IdentityPoolRoleAttachment: nobody takes these roles here."""

    TYPE = "AWS::Cognito::IdentityPoolRoleAttachment"
    REAL = False

    def make(self, p: Properties) -> tuple[str, dict[str, Any]]:
        return p["IdentityPoolId"], {}


def install() -> None:
    """Complete moto's role: inline policies as JSON, managed ones, and both on update."""
    from moto.iam.models import Role

    complete(Role, finish_role)
    stock = Role.delete_from_cloudformation_json.__func__

    @functools.wraps(stock)
    def delete(cls: Any, resource_name: str, *place: Any) -> None:
        """moto refuses to delete a role that has managed policies, and detaches none."""
        role = backend("iam").get_role(resource_name)
        for policy in list(role.managed_policies.values()):
            policy.detach_from(role)
        stock(cls, resource_name, *place)

    Role.delete_from_cloudformation_json = classmethod(delete)


def finish_role(role: Any, p: Properties) -> None:
    """The policies of a role, exactly those that its properties name."""
    trust = p["AssumeRolePolicyDocument"]
    role.assume_role_policy_document = trust if isinstance(trust, str) else json.dumps(trust)
    declared = {policy["PolicyName"] for policy in p.get("Policies", [])}
    for name in getattr(role, "declared_policies", set()) - declared:
        role.policies.pop(name, None)
    for policy in p.get("Policies", []):
        role.put_policy(policy["PolicyName"], json.dumps(policy["PolicyDocument"]))
    role.declared_policies = declared
    for arn in p.get("ManagedPolicyArns", []):
        if arn not in role.managed_policies:
            managed_policy(arn).attach_to(role)


def managed_policy(arn: str) -> Any:
    """A managed policy; AWS's own come from moto's list of them, which it leaves aside."""
    from moto.iam.models import AWSManagedPolicy

    iam = backend("iam")
    if arn not in iam.managed_policies:
        name = arn.rpartition("/")[2]
        if name not in aws_policies():
            raise ValueError(f"Policy {arn} does not exist or is not attachable.")
        data = aws_policies()[name]
        policy = AWSManagedPolicy.from_data(name, iam.account_id, iam.region_name, data)
        iam.managed_policies[arn] = policy
    return iam.managed_policies[arn]


@functools.cache
def aws_policies() -> dict[str, Any]:
    """AWS's managed policies, by name."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    found: dict[str, Any] = json.loads(aws_managed_policies_data)
    return found
