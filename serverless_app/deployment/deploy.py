"""Deploys a stage of Udagram to AWS, or takes it away: osls makes the stack, this adds the page.

    python -m serverless_app.deployment.deploy deploy|remove --stage dev [--param …] [--yes]

It says what it will do, and to which account, before it does it. Everything that there is comes
from the stack, and goes with it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from serverless_app.deployment import options as parameters
from serverless_app.deployment import package, page
from serverless_app.deployment.osls import Osls, OslsFailed

STAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")  # a search domain's name has 28 characters at most
BUCKETS = ("ImagesBucket", "WebBucket")  # outputs; osls empties its own
# Outputs: a name of one's own, and what its DNS record says (with zone=… the stack writes it).
ALIASES = {"WebUrl": "PageTarget", "ApiUrl": "ApiTarget", "WebsocketUrl": "WebsocketTarget"}
DEPLOYS = """\
This deploys the stack {stack} to {place}:
  1. builds the functions' package,
  2. lets CloudFormation make or change what serverless.yml describes (osls deploy{options}),
  3. uploads the page with its config.json, and lets CloudFront forget older copies.
It costs money while it stands, used or not: serverless_app/deployment/README.md says how much."""
REMOVES = """\
This removes the stack {stack} from {place}, with everything that people have put into it:
  {objects}
  its tables, its users, its queues and logs, its search domain.
It cannot be undone."""
LINGERS = """\
{stack} is gone. What stays for a while costs nothing: DynamoDB's last backup of each table
(35 days), metrics (15 months), traces (30 days), and the role that all search domains share."""
SIGN_IN = (
    "Sign in (aws configure, aws sso login) or set AWS_PROFILE; nothing was done. "
    "Without an account: make deploy-local."
)
LOGS_ROLE = """
So does {role}: API Gateway writes the logs of
every API of this account and region with it, until the account names another."""


class Refused(Exception):
    """It was not done; the text says why."""


@dataclass(frozen=True)
class Target:
    """A stage, where it is, and how to talk about it to AWS."""

    osls: Osls
    session: Any  # a boto3 Session

    @property
    def stack(self) -> str:
        """The stack's name, as osls makes it."""
        return f"udagram-{self.osls.stage}"

    def place(self) -> str:
        """The account and region, in words. Raises BotoCoreError or ClientError of boto3's."""
        who = self.session.client("sts").get_caller_identity()
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        at = f", at {endpoint}" if endpoint else ""
        return f"account {who['Account']} ({who['Arn']}) in {self.osls.region}{at}"

    def outputs(self) -> dict[str, str]:
        """What the stack says of itself. Raises Refused when there is none."""
        client = self.session.client("cloudformation")
        try:
            (stack,) = client.describe_stacks(StackName=self.stack)["Stacks"]
        except client.exceptions.ClientError as error:
            if "does not exist" not in str(error):
                raise
            raise Refused(f"There is no stack {self.stack} in {self.place()}.") from error
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def deploy(target: Target, agreed: Callable[[str], bool]) -> str:
    """Make or renew a stage: its addresses, the page's last. Raises Refused, OslsFailed."""
    options = "".join(f" --param {each}" for each in target.osls.parameters)
    if not agreed(DEPLOYS.format(stack=target.stack, place=target.place(), options=options)):
        raise Refused("Nothing was done.")
    package.build()
    target.osls.run("deploy")
    outputs = target.outputs()
    publish(target, outputs)
    return addresses(outputs)


def addresses(outputs: Mapping[str, str]) -> str:
    """The page's address; before it, what a domain of one's own must point at."""
    aliases = [
        f"{outputs[url].partition('://')[2]} is an alias of {outputs[target]}"
        for url, target in ALIASES.items()
        if target in outputs
    ]
    return "\n".join([*aliases, outputs["WebUrl"]])


def publish(target: Target, outputs: dict[str, str]) -> None:
    """Upload the page, and let no older copy be served."""
    s3 = target.session.client("s3")
    if page.publish(s3, outputs["WebBucket"], outputs):
        cloudfront = target.session.client("cloudfront")
        reference = uuid.uuid4().hex
        page.forget_copies(cloudfront, outputs["WebDistributionId"], reference=reference)


def remove(target: Target, agreed: Callable[[str], bool]) -> str:
    """Take a stage away: what stays, in words. Raises Refused, OslsFailed."""
    outputs = target.outputs()
    s3 = target.session.client("s3")
    there = {each["Name"] for each in s3.list_buckets()["Buckets"]}  # not what failed half-way
    buckets = [outputs[each] for each in BUCKETS if outputs.get(each) in there]
    objects = "\n  ".join(f"{sum(1 for _ in page.names(s3, b)):,} objects in {b}," for b in buckets)
    plan = REMOVES.format(stack=target.stack, place=target.place(), objects=objects)
    if not agreed(plan):
        raise Refused("Nothing was removed.")
    for bucket in buckets:
        page.empty(s3, bucket)
    target.osls.run("remove")
    role = outputs.get("GatewayLogsRole")
    return LINGERS.format(stack=target.stack) + (LOGS_ROLE.format(role=role) if role else "")


def question(expected: str, *, yes: bool) -> Callable[[str], bool]:
    """How a plan is agreed to: by typing what is expected, or by --yes ahead."""

    def agreed(plan: str) -> bool:
        say(plan)
        if yes:
            return True
        try:
            return input(f"Type {expected} to go on: ").strip() == expected
        except EOFError:  # nobody is there to ask
            return False

    return agreed


def say(text: str) -> None:
    """To the terminal, before what osls writes there."""
    print(text, flush=True)  # noqa: T201 - a command's output


def target_of(options: argparse.Namespace) -> Target:
    """The stage that the command line names. Raises Refused for what AWS would not take."""
    import boto3

    if not STAGE_NAME.fullmatch(options.stage):
        raise Refused(
            f"{options.stage!r} is no stage's name: 1 to 20 of a-z, 0-9 and -, a letter first."
        )
    try:
        parameters.check(options.param, region=options.region)
    except parameters.NoSuchOption as error:
        raise Refused(str(error)) from error
    osls = Osls(stage=options.stage, region=options.region, parameters=tuple(options.param))
    return Target(osls, boto3.Session(region_name=options.region))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    options = parser().parse_args(arguments)
    command, expected = {"deploy": (deploy, "yes"), "remove": (remove, options.stage)}[
        options.command
    ]
    try:
        say(command(target_of(options), question(expected, yes=options.yes)))
    except NoCredentialsError as error:
        print(f"{error}. {SIGN_IN}", file=sys.stderr)  # noqa: T201 - a command's output
        return 1
    except (Refused, OslsFailed, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's output
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    program = argparse.ArgumentParser(prog="python -m serverless_app.deployment.deploy")
    program.add_argument("command", choices=["deploy", "remove"])
    program.add_argument("--stage", required=True)
    program.add_argument("--region", default="us-east-1")
    program.add_argument(
        "--param", action="append", default=[], help="search=off, …: see README.md"
    )
    program.add_argument("--yes", action="store_true", help="ask nothing")
    return program


if __name__ == "__main__":
    raise SystemExit(main())
