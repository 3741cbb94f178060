"""The house's own papers agree with each other: extras, pins, commands, notebooks, demos."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
PINS = dict(
    line.lower().replace("_", "-").split("==")
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if "==" in line
)


def test_the_conda_environment_installs_the_package_with_an_extra_that_exists() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    (pip,) = [one for one in environment["dependencies"] if isinstance(one, dict)]
    (line,) = pip["pip"]
    extra = re.fullmatch(r"-e \.\[(\w+)\]", line)
    assert extra is not None
    assert extra[1] in EXTRAS


def test_every_dependency_is_pinned_in_the_constraints() -> None:
    wanted = [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]
    names = {re.split(r"[\[<>=!~; ]", one)[0].lower() for one in wanted} - {"serverless-app"}
    assert names - PINS.keys() == set()


def test_the_constraints_name_packages_and_versions_only() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text


def test_an_exact_pin_of_the_project_is_the_same_in_the_constraints() -> None:
    wanted = [one for extra in EXTRAS.values() for one in extra if "==" in one]
    for one in wanted:
        name, _, rest = one.partition("==")
        version = rest.split(";")[0].strip()
        assert PINS[name.split("[")[0].lower()] == version, one


def test_the_readme_lists_every_notebook_with_its_minutes() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for notebook in sorted(ROOT.glob("notebooks/[0-9]*.ipynb")):
        minutes = re.search(r"\*\*(\d+) minutes\*\*", notebook.read_text("utf-8"))
        assert minutes is not None
        assert re.search(rf"\(notebooks/{notebook.name}\) \| {minutes[1]} \|", readme), (
            notebook.name
        )


def test_the_plan_of_the_demos_lists_every_demo_with_its_minutes() -> None:
    plan = (ROOT / "demos" / "README.md").read_text("utf-8")
    for demo in sorted(ROOT.glob("demos/[0-9]*.py")):
        talk = re.search(r'Talk\(\s*"\d\d",\s*".*?",\s*(\d+),', demo.read_text("utf-8"))
        assert talk is not None
        assert f"({demo.name}) | {talk[1]} |" in plan, demo.name


def test_every_target_that_the_makefile_promises_exists_and_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    promised = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert promised is not None
    for name in promised[1].split():
        assert re.search(rf"^{name}:.*## \w", makefile, re.M), name
