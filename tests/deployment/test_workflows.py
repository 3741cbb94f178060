"""GitHub's workflows and the devcontainer: read, for nothing here can run them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from serverless_app.deployment.package import PYTHON_VERSION
from serverless_app.local.serve import DEFAULT_PORT
from tests.application import ROOT

WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8"))
    for path in (ROOT / ".github/workflows").glob("*.yml")
}
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PACKAGE = json.loads((ROOT / "package.json").read_text("utf-8"))
ON: Any = True  # how YAML 1.1 reads the key `on`


def steps(workflow: str) -> list[dict[str, Any]]:
    (job,) = WORKFLOWS[workflow]["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def runs(workflow: str) -> str:
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step)


def with_of(workflow: str, action: str) -> dict[str, Any]:
    (step,) = [each for each in steps(workflow) if each.get("uses", "").startswith(action + "@")]
    found: dict[str, Any] = step["with"]
    return found


def test_there_are_two_workflows() -> None:
    assert sorted(WORKFLOWS) == ["deploy", "test"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_step_does_one_thing_and_every_action_is_pinned_to_a_version(name: str) -> None:
    for step in steps(name):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_target_that_a_workflow_makes_exists(name: str) -> None:
    for target in re.findall(r"\bmake ([\w-]+)", runs(name)):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_students_three_systems_are_tested_with_the_oldest_python_and_the_runtimes() -> None:
    (job,) = WORKFLOWS["test"]["jobs"].values()

    assert job["strategy"]["matrix"] == {
        "os": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": ["3.11", PYTHON_VERSION],
    }


def test_a_pull_request_is_tested_with_no_right_to_write() -> None:
    assert "pull_request" in WORKFLOWS["test"][ON]
    assert WORKFLOWS["test"]["permissions"] == {"contents": "read"}


def test_only_a_tag_deploys_and_no_key_is_stored() -> None:
    workflow = WORKFLOWS["deploy"]

    assert workflow[ON] == {"push": {"tags": ["v*"]}}
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    assert "secrets." not in (ROOT / ".github/workflows/deploy.yml").read_text("utf-8")
    assert "role-to-assume" in with_of("deploy", "aws-actions/configure-aws-credentials")


def test_the_role_trusts_the_environment_that_the_job_names() -> None:
    """A job with an environment says so in its token's `sub`, and not its tag."""
    (job,) = WORKFLOWS["deploy"]["jobs"].values()
    readme = (ROOT / "serverless_app/deployment/README.md").read_text("utf-8")

    assert f"`repo:{{owner}}/{{name}}:environment:{job['environment']}`" in readme
    for variable in re.findall(r"vars\.(\w+)", json.dumps(job)):
        assert f"`{variable}`" in readme, variable


@pytest.mark.parametrize("name", WORKFLOWS)
def test_node_is_as_new_as_the_compiler_wants(name: str) -> None:
    wanted = int(PACKAGE["engines"]["node"].removeprefix(">="))

    assert with_of(name, "actions/setup-node")["node-version"] >= wanted


def test_the_devcontainer_shows_the_page_at_the_port_of_make_run() -> None:
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))

    assert container["forwardPorts"] == [DEFAULT_PORT]
    assert container["portsAttributes"][str(DEFAULT_PORT)]["onAutoForward"] == "openPreview"
    for target in (container["onCreateCommand"], container["postAttachCommand"]):
        made = target.removeprefix("make ").replace(".venv", "$(VENV)")
        assert re.search(rf"^{re.escape(made)}:", MAKEFILE, re.MULTILINE), target
