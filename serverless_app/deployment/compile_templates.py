"""Compiles serverless.yml into the CloudFormation templates of `compiled/`, with osls (Node).

    python -m serverless_app.deployment.compile_templates

AWS and the laptop cloud both deploy what comes out: it is committed, so a student needs no Node.
What changes from one compilation to the next although nothing was changed (osls puts the time into
the package's key and the API deployment's name) is made constant.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from serverless_app.deployment import openapi

ROOT = Path(__file__).parents[2]
COMPILED = Path(__file__).parent / "compiled"
# Name of the file -> parameters of the compilation: the defaults, then each option alone.
VARIANTS: dict[str, dict[str, str]] = {
    "template.json": {},
    "template-search-off.json": {"search": "off"},
    "template-dashboards.json": {"dashboards": "on"},
    "template-provisioned.json": {"capacity": "provisioned"},
    "template-access-logs.json": {"accessLogs": "on"},
    "template-domain.json": {
        "domain": "udagram.example.com",
        "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/of-this-example",
        "zone": "Z0123456789EXAMPLE00",
    },
}


def find_osls() -> str | None:
    """The pinned osls: where `OSLS` says, else where `npm ci` puts it."""
    candidates = [os.environ.get("OSLS"), str(ROOT / "node_modules/.bin/osls")]
    return next((path for path in candidates if path and Path(path).exists()), None)


def compile_template(osls: str, parameters: dict[str, str], *, stage: str = "dev") -> str:
    """The normalised template as JSON text. Raises CalledProcessError with what osls said."""
    artifact = ROOT / ".build/udagram.zip"
    if not artifact.exists():  # osls wants a package to name, and does not look inside
        artifact.parent.mkdir(exist_ok=True)
        zipfile.ZipFile(artifact, "w").close()
    with tempfile.TemporaryDirectory() as folder:
        options = [f"--param={name}={value}" for name, value in parameters.items()]
        command = [osls, "package", "--stage", stage, "--package", folder, *options]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        text = (Path(folder) / "cloudformation-template-update-stack.json").read_text("utf-8")
    return normalise(text)


def normalise(text: str) -> str:
    """The template without the time of its compilation, in a stable layout."""
    text = re.sub(r"ApiGatewayDeployment\d{10,}", "ApiGatewayDeployment", text)
    text = re.sub(
        r"serverless/udagram/([\w-]+)/[^/\"]+/udagram.zip", r"udagram/\1/udagram.zip", text
    )
    template: dict[str, Any] = json.loads(text)
    return json.dumps(template, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Compile every variant into `compiled/`, and publish the REST API that came out."""
    osls = find_osls()
    if osls is None:
        print("osls is not installed: run `npm ci` first (Node 20 or newer)", file=sys.stderr)  # noqa: T201 - a command's output
        return 1
    COMPILED.mkdir(exist_ok=True)
    for name, parameters in VARIANTS.items():
        try:
            (COMPILED / name).write_text(compile_template(osls, parameters), "utf-8")
        except subprocess.CalledProcessError as error:
            print(error.stdout, error.stderr, sep="\n", file=sys.stderr)  # noqa: T201 - as above
            return 1
    return openapi.main()


if __name__ == "__main__":
    raise SystemExit(main())
