"""One function described for five tools: each description is read by its own tool, or linted."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cfnlint.api
import cfnlint.config
import pytest

from serverless_app.deployment.compile_templates import find_osls
from tests.application import ROOT

HERE = ROOT / "serverless_app/deployment/side_by_side"


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


@pytest.mark.node
@pytest.mark.skipif(find_osls() is None, reason="osls is not installed: npm ci")
def test_osls_compiles_it(tmp_path: Path) -> None:
    osls = find_osls()
    assert osls is not None

    command = [osls, "package", "--package", str(tmp_path)]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True)

    compiled = (tmp_path / "cloudformation-template-update-stack.json").read_text("utf-8")
    assert "GetStatusLambdaFunction" in json.loads(compiled)["Resources"]
