"""Builds what is deployed: the functions' zip, and the compiled templates where Node is there.

    python -m serverless_app.deployment.package [--zip-only]

No Docker: pip fetches wheels for Lambda's platform. The same sources give the same bytes: names are
sorted, dates are constant. In the zip is what functions import, and the licences of it.
https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

from serverless_app.deployment import compile_templates

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
ARTIFACT = ROOT / ".build/udagram.zip"
PYTHON_VERSION = "3.13"  # as provider.runtime in serverless.yml
PLATFORMS = (
    "manylinux_2_28_x86_64",
    "manylinux2014_x86_64",
)  # Lambda's Amazon Linux has glibc 2.34
MOST_BYTES = 12_000_000

# The application: everything but what only a developer uses.
NOT_DEPLOYED = ("local", "web", "deployment", "capacity.py")
LEFT_OUT = (
    "*/__pycache__/*",
    "*.pyi",
    "*/py.typed",
    "*/tests/*",
    "bin/*",
    "*/__main__.py",
    "*/cli.py",
    "*/cli/*",
    "*/help.py",
    "opensearchpy/_async/client/*",  # the asynchronous client
    "opensearchpy/_async/plugins/*",
    "opensearchpy/_async/transport.py",
    "opensearchpy/_async/http_aiohttp.py",
    "opensearchpy/_async/_extra_imports.py",
    "opensearchpy/connection/*async*",
    "opensearchpy/helpers/test.py",
    "cryptography/cobblestone.py",  # recipes for what is no signature
    "cryptography/fernet.py",
    "cryptography/hazmat/primitives/kdf/*",
    "cryptography/hazmat/primitives/twofactor/*",
    "cryptography/hazmat/asn1/*",
    "*.dist-info/[!l]*",  # licences stay
    "cffi/*",  # a compiler of C declarations: what is compiled already needs only _cffi_backend
)
# Of Pillow, what opens JPEG, PNG, GIF and WebP, and the libraries that this links.
PILLOW = re.compile(
    r"PIL/(__init__|ExifTags|Image|Image(Chops|Color|File|Math|Mode|Ops|Palette|Sequence)"
    r"|(Bmp|Gif|Jpeg|Mpo|Png|Ppm|Tiff|WebP)ImagePlugin|JpegPresets|TiffTags|PaletteFile"
    r"|Gimp(Gradient|Palette)File|_(binary|deprecate|imaging|typing|util|version|webp))\."
)
PILLOW_LIBRARIES = re.compile(
    r"pillow\.libs/lib(jpeg|lzma|openjp2|sharpyuv|tiff|webp|webpdemux|webpmux|Xau|xcb|zstd)-"
)


def build(artifact: Path = ARTIFACT) -> Path:
    """Write the zip. Raises CalledProcessError when pip fails, ValueError when it is too large."""
    files = {**_dependencies(), **_application()}
    artifact.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(artifact, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            package.writestr(entry, files[name].read_bytes())
    if artifact.stat().st_size > MOST_BYTES:
        raise ValueError(f"{artifact} has {artifact.stat().st_size:,} bytes: more than it may")
    return artifact


def _application() -> dict[str, Path]:
    package = ROOT / "serverless_app"
    files = {each.relative_to(package): each for each in package.rglob("*.py")}
    kept = {name: each for name, each in files.items() if name.parts[0] not in NOT_DEPLOYED}
    return {f"serverless_app/{name.as_posix()}": each for name, each in kept.items()}


def _dependencies() -> dict[str, Path]:
    folder = _installed()
    files = {
        each.relative_to(folder).as_posix(): each for each in folder.rglob("*") if each.is_file()
    }
    return {name: each for name, each in files.items() if _is_needed(name)}


def _is_needed(name: str) -> bool:
    if name.startswith(("PIL/", "pillow.libs/")):
        return bool(PILLOW.match(name) or PILLOW_LIBRARIES.match(name))
    return not any(fnmatch(name, pattern) for pattern in LEFT_OUT)


def _installed() -> Path:
    """The unpacked wheels, fetched once for each content of requirements.txt."""
    wanted = REQUIREMENTS.read_bytes() + repr((PYTHON_VERSION, PLATFORMS)).encode()
    folder = ROOT / ".build" / f"wheels-{hashlib.sha256(wanted).hexdigest()[:16]}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            _install(Path(scratch) / "wheels")
            shutil.move(Path(scratch) / "wheels", folder)
    return folder


def _install(target: Path) -> None:
    platforms = [option for each in PLATFORMS for option in ("--platform", each)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--no-compile", "--root-user-action=ignore"]
    command += ["--implementation", "cp", "--python-version", PYTHON_VERSION, *platforms]
    command += ["--target", str(target), "--requirement", str(REQUIREMENTS)]
    subprocess.run(command, check=True)


def main() -> int:
    """Build, and say what came out."""
    artifact = build()
    content = artifact.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    print(f"{artifact.relative_to(ROOT)}: {len(content):,} bytes, sha256 {digest}…")  # noqa: T201 - a command's output
    return 0 if "--zip-only" in sys.argv else compile_templates.main()


if __name__ == "__main__":
    raise SystemExit(main())
