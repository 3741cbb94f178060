"""Files of one folder, and nothing outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from serverless_app.local.http.messages import Request
from serverless_app.local.http.static_files import StaticFiles


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    root = tmp_path / "web"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (root / "index.html").write_text("<h1>hello</h1>")
    (root / "app.js").write_text("export {}")
    return StaticFiles(root)


def get(path: str, **headers: str) -> Request:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request("GET", path, pairs)


def test_a_folder_answers_with_its_index(files: StaticFiles) -> None:
    answer = files.answer(get("/"), "/")
    assert (answer.status, answer.body) == (200, b"<h1>hello</h1>")
    assert ("Content-Type", "text/html; charset=utf-8") in answer.headers


def test_a_module_is_served_as_javascript(files: StaticFiles) -> None:
    answer = files.answer(get("/app.js"), "/app.js")
    assert answer.status == 200
    assert ("Content-Type", "text/javascript; charset=utf-8") in answer.headers


def test_a_file_that_has_not_changed_is_a_304(files: StaticFiles) -> None:
    tag = dict(files.answer(get("/"), "/").headers)["ETag"]
    assert files.answer(get("/", If_None_Match=tag), "/").status == 304


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/nothing", "/a%00b"])
def test_what_is_not_below_the_root_is_a_404(files: StaticFiles, path: str) -> None:
    assert files.answer(get(path), path).status == 404


def test_a_write_is_a_405(files: StaticFiles) -> None:
    assert files.answer(Request("POST", "/"), "/").status == 405
