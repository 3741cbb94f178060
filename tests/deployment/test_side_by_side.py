"""One function described for six tools: each description is read by its own tool, or linted."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cfnlint.api
import cfnlint.config
import cfnlint.decode
import pytest

from serverless_app.deployment.compile_templates import find_osls
from tests.application import ROOT

HERE = ROOT / "serverless_app/deployment/side_by_side"
README = (HERE / "README.md").read_text("utf-8")


def loaded(path: Path) -> Any:
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["sam.yml", "cloudformation.yml"])
def test_cfn_lint_finds_nothing_in(name: str) -> None:
    config = cfnlint.config.ManualArgs(ignore_checks=["I"], regions=["us-east-1"])

    assert cfnlint.api.lint((HERE / name).read_text("utf-8"), config=config) == []


def test_the_shared_function_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "dev")
    handler = loaded(HERE / "function/status.py").get_status

    answer = handler({}, SimpleNamespace(aws_request_id="r-1"))

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"service": "udagram", "stage": "dev", "requestId": "r-1"}


@pytest.mark.parametrize(
    ("path", "status"), [("/status", "200 OK"), ("/elsewhere", "404 Not Found")]
)
def test_zappas_application_answers(
    monkeypatch: pytest.MonkeyPatch, path: str, status: str
) -> None:
    settings = json.loads((HERE / "zappa/zappa_settings.json").read_text("utf-8"))["dev"]
    file, _, name = settings["app_function"].partition(".")
    monkeypatch.setenv("STAGE", settings["environment_variables"]["STAGE"])
    said: list[str] = []

    getattr(loaded(HERE / f"zappa/{file}.py"), name)(
        {"PATH_INFO": path}, lambda status, _: said.append(status)
    )

    assert said == [status]


def test_claudias_module_is_the_one_that_its_package_names() -> None:
    package = json.loads((HERE / "claudia/package.json").read_text("utf-8"))

    assert (HERE / "claudia" / package["main"]).exists()


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_claudias_module_is_javascript() -> None:
    """More than its syntax only Claudia.js itself could check, and it asks AWS for that."""
    command = ["node", "--check", str(HERE / "claudia/status.js")]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_terraform_names_the_resources_that_cloudformation_names() -> None:
    text = (HERE / "terraform/main.tf").read_text("utf-8")

    assert re.findall(r'^resource "aws_(\w+)"', text, re.MULTILINE) == [
        "iam_role",
        "iam_role_policy_attachment",
        "lambda_function",
        "api_gateway_rest_api",
        "api_gateway_resource",
        "api_gateway_method",
        "api_gateway_integration",
        "lambda_permission",
        "api_gateway_deployment",
        "api_gateway_stage",
    ]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="Terraform is not installed")
def test_terraform_reads_its_file_and_would_write_it_so(tmp_path: Path) -> None:
    """To validate it as well, Terraform would fetch its AWS plugin."""
    command = ["terraform", "fmt", "-check", str(HERE / "terraform")]
    place = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    assert subprocess.run(command, env=place, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("tool", "files"),
    [
        ("Serverless Framework (osls)", ["serverless.yml"]),
        ("AWS SAM", ["sam.yml"]),
        ("plain CloudFormation", ["cloudformation.yml"]),
        ("Terraform", ["terraform/main.tf"]),
        ("Zappa (Python only)", ["zappa/zappa_settings.json"]),
        ("Claudia.js (JavaScript only, no release since 2022)", ["claudia/package.json"]),
    ],
)
def test_the_table_counts_the_lines_of_each_description(tool: str, files: list[str]) -> None:
    (row,) = re.findall(rf"^\| {re.escape(tool)} \|.*\| (\d+) \|$", README, re.MULTILINE)
    texts = [(HERE / file).read_text("utf-8").splitlines() for file in files]

    assert int(row) == sum(1 for text in texts for line in text if line.strip())


# -- the tools themselves, installed apart -------------------------------------------------------

Tool = Callable[..., str]
SAM = """
import json, sys
from samtranslator.translator.transform import transform
class NoManagedPolicies:
    load = staticmethod(dict)
print(json.dumps(transform(json.load(sys.stdin), {"Stage": "dev"}, NoManagedPolicies())))
"""
ZAPPA = "import sys; from zappa.cli import handle; sys.argv[0] = 'zappa'; handle()"


@pytest.fixture(scope="module")
def tool() -> Tool:
    """Runs Python in which the other tools can be imported: fetched once for each pin of them."""
    requirements = HERE / "requirements.txt"
    pins = requirements.read_bytes() + sys.version.encode()
    target = ROOT / ".build" / f"side-by-side-{hashlib.sha256(pins).hexdigest()[:16]}"
    if not target.exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        unfinished = target.with_suffix(".unfinished")
        command = [*pip, "--target", str(unfinished), "-r", str(requirements)]
        subprocess.run(command, check=True, capture_output=True)
        unfinished.rename(target)

    def run(code: str, *arguments: str, text: str = "", folder: Path = HERE) -> str:
        place = {"PYTHONPATH": str(target), "PATH": os.environ["PATH"], "HOME": str(folder)}
        nowhere = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            input=text,
            cwd=folder,
            env=place | nowhere,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def lint(template: str) -> list[str]:
    """What cfn-lint says of what a tool made."""
    config = cfnlint.config.ManualArgs(ignore_checks=["I", "W"], regions=["us-east-1"])
    return [
        f"{match.rule.id} {match.message}" for match in cfnlint.api.lint(template, config=config)
    ]


@pytest.mark.slow
def test_sams_translator_expands_it_and_cfn_lint_finds_nothing(tool: Tool) -> None:
    decoded, _ = cfnlint.decode.decode_str((HERE / "sam.yml").read_text("utf-8"))
    template = json.loads(json.dumps(decoded))
    # As `sam package` leaves it: the folder's zip uploaded.
    template["Resources"]["GetStatus"]["Properties"]["CodeUri"] = "s3://code/status.zip"

    expanded = tool(SAM, text=json.dumps(template))

    kinds = {each["Type"] for each in json.loads(expanded)["Resources"].values()}
    assert kinds == {
        "AWS::Lambda::Function",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::Stage",
    }
    assert lint(expanded) == []


@pytest.mark.slow
def test_zappa_reads_its_settings_and_makes_its_template(tool: Tool, tmp_path: Path) -> None:
    shutil.copytree(HERE / "zappa", tmp_path / "zappa")
    arn = "arn:aws:lambda:us-east-1:123456789012:function:status-dev"
    role = "arn:aws:iam::123456789012:role/status"

    command = ["template", "dev", "--lambda-arn", arn, "--role-arn", role, "--output", "made.json"]
    tool(ZAPPA, *command, folder=tmp_path / "zappa")

    made = (tmp_path / "zappa/made.json").read_text("utf-8")
    assert "AWS::ApiGateway::RestApi" in {e["Type"] for e in json.loads(made)["Resources"].values()}
    assert arn in made
    assert lint(made) == []


@pytest.mark.node
@pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci")
def test_osls_compiles_it(tmp_path: Path) -> None:
    osls = find_osls()
    assert osls is not None

    command = [osls, "package", "--package", str(tmp_path)]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True)

    compiled = json.loads((tmp_path / "cloudformation-template-update-stack.json").read_text())
    kept = json.loads((HERE / "compiled.json").read_text("utf-8"))
    assert [each["Type"] for each in compiled["Resources"].values()] == [
        each["Type"] for each in kept["Resources"].values()
    ]
