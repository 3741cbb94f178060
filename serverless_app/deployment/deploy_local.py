"""Deploys to a laptop cloud with the real tool, looks at what came out, and takes it away again.

    python -m serverless_app.deployment.deploy_local
    python -m serverless_app.deployment.deploy_local --write     and keep what it printed

What osls asks of AWS the laptop cloud's control plane answers: nothing else is different. The zip
is the deployed one. Its compiled libraries are for the runtime's Python on Linux (x86_64): where
this machine has another, those functions run that need none of them. Reading groups and the status
do, making thumbnails does not. The laptop cloud's own stack runs all of them, from the source.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import ExitStack

from serverless_app.deployment import package, transcript
from serverless_app.deployment.osls import Osls, OslsFailed
from serverless_app.local.cloud import LocalCloud

STAGE = "local"  # beside `dev`, which the laptop cloud has from its start
EVENT = json.dumps({"stage": STAGE, "requestId": "by-hand"})
LOOKS = (
    ("info",),
    ("invoke", "--function", "getStatus", "--data", EVENT),
    ("logs", "--function", "getStatus"),
)
COMMANDS = (("deploy",), *LOOKS, ("remove",))


def osls_at(cloud: LocalCloud, stage: str = STAGE) -> Osls:
    """The osls that has a laptop cloud for AWS, whatever account this terminal is signed in to."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
    environment |= {
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "AWS_ACCESS_KEY_ID": cloud.access_key_id,
        "AWS_SECRET_ACCESS_KEY": cloud.secret_access_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return Osls(stage=stage, region=cloud.region, environment=environment)


def say(text: str) -> None:
    """To the terminal, before what osls writes there."""
    print(text, flush=True)  # noqa: T201 - a command's output


def show(osls: Osls) -> None:
    """Run the commands one after the other, as somebody would at the terminal."""
    for arguments in COMMANDS:
        say(f"\n$ {transcript.command(*arguments, stage=osls.stage)}")
        osls.run(*arguments)


def write(osls: Osls) -> None:
    """Run the commands out of sight, and keep what they printed."""
    told = [step(osls, *arguments) for arguments in COMMANDS]
    transcript.FILE.write_text("\n".join(told), "utf-8")
    say(f"Written: {transcript.FILE.name}")


def step(osls: Osls, *arguments: str) -> str:
    """Run one command: its part of the transcript."""
    return transcript.step(transcript.command(*arguments, stage=osls.stage), osls.tell(*arguments))


def main() -> int:
    """Deploy, look, remove: at the laptop cloud that runs, or at one that lives as long as this."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--write", action="store_true", help="keep what osls prints, for lessons")
    chosen = options.parse_args()
    with ExitStack() as stack:
        try:
            cloud = LocalCloud.running()
        except FileNotFoundError:
            cloud = stack.enter_context(LocalCloud.start())
        osls = osls_at(cloud)
        say(f"Deploying to the laptop cloud at {cloud.endpoint_url}: no account is touched.")
        try:
            osls.command()  # before the zip is built: is osls there?
            package.build()
            (write if chosen.write else show)(osls)
        except OslsFailed as failure:
            print(failure, file=sys.stderr)  # noqa: T201 - as above
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
