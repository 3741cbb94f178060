"""What is deployed: small, the same every time, and only what functions import."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import boto3
import pytest

from serverless_app.deployment import package
from tests.application import ROOT
from tests.pictures import picture

pytestmark = pytest.mark.slow  # fetches wheels the first time


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package.build(tmp_path_factory.mktemp("package") / "one.zip")


def names(artifact: Path) -> set[str]:
    return set(zipfile.ZipFile(artifact).namelist())


def test_the_same_sources_give_the_same_bytes(artifact: Path, tmp_path: Path) -> None:
    assert package.build(tmp_path / "two.zip").read_bytes() == artifact.read_bytes()


def test_the_package_is_small(artifact: Path) -> None:
    assert artifact.stat().st_size <= 12_000_000


def test_the_package_has_the_handlers_and_nothing_for_developers(artifact: Path) -> None:
    inside = names(artifact)

    assert "serverless_app/handlers/rest_api.py" in inside
    for name in ("local", "web", "deployment"):
        assert not any(each.startswith(f"serverless_app/{name}/") for each in inside)


def test_the_package_does_not_shadow_what_the_runtime_brings(artifact: Path) -> None:
    brought = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six")

    assert not {each.split("/")[0] for each in names(artifact)} & {*brought, "six.py"}


BROUGHT = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")
WORK = """
import base64, importlib, json, sys
sys.dont_write_bytecode = True
sys.path[:0] = sys.argv[1:3]
for name in json.loads(sys.argv[3]):
    importlib.import_module("serverless_app.handlers." + name)
from serverless_app.thumbnails import make_thumbnail
pictures = json.load(sys.stdin)
sizes = [make_thumbnail(base64.b64decode(data), kind).width for kind, data in pictures]
import jwt, opensearchpy
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(65537, 2048)
token = jwt.encode({"sub": "ada"}, key, algorithm="RS256")
claims = jwt.decode(token, jwt.PyJWK(
    json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), algorithm="RS256"
), algorithms=["RS256"])
opensearchpy.OpenSearch(
    hosts=["http://127.0.0.1:9/prefix"],
    connection_class=opensearchpy.Urllib3HttpConnection,
    http_auth=opensearchpy.Urllib3AWSV4SignerAuth(object(), "us-east-1", "es"),
)
print(json.dumps([sizes, claims]))
"""


def runtimes_python() -> str | None:
    """An interpreter of the version that the functions run on."""
    version = package.PYTHON_VERSION
    pyenv = Path.home().glob(f".pyenv/versions/{version}*/bin/python")
    for candidate in filter(None, [shutil.which(f"python{version}"), *map(str, pyenv)]):
        if (
            subprocess.run([candidate, "--version"], capture_output=True, check=False).returncode
            == 0
        ):
            return candidate
    return None


@pytest.mark.skipif(runtimes_python() is None, reason=f"no Python {package.PYTHON_VERSION} here")
def test_the_unpacked_package_works_in_the_runtimes_python(artifact: Path, tmp_path: Path) -> None:
    python = runtimes_python()
    assert python is not None
    zipfile.ZipFile(artifact).extractall(tmp_path / "package")
    (tmp_path / "runtime").mkdir()
    for name in BROUGHT:
        (tmp_path / "runtime" / name).symlink_to(Path(boto3.__file__).parents[1] / name)
    kinds = {"image/jpeg": "RGB", "image/png": "RGBA", "image/gif": "P", "image/webp": "RGB"}
    pictures = [
        (kind, base64.b64encode(picture(kind.partition("/")[2].upper(), mode)).decode())
        for kind, mode in kinds.items()
    ]
    handlers = [path.stem for path in (ROOT / "serverless_app/handlers").glob("[a-z]*.py")]
    folders = [str(tmp_path / "package"), str(tmp_path / "runtime")]

    done = subprocess.run(
        [python, "-I", "-c", WORK, *folders, json.dumps(handlers)],
        input=json.dumps(pictures),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[64, 64, 64, 64], {"sub": "ada"}]
