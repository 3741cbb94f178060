"""Each notebook says the same, alone, on a machine whose settings are strange."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from notebooks.build import differences, execute, normalise, notebooks

NOWHERE = "http://127.0.0.1:9"  # nothing listens there
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
STRANGE = {
    "a proxy for everything": {
        name: NOWHERE for proxy in PROXIES for name in (proxy, proxy.casefold())
    },
    "another AWS account": {
        "AWS_PROFILE": "nonexistent",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_REGION": "eu-north-1",
        "AWS_ENDPOINT_URL": NOWHERE,
    },
    "Turkish in Samoa": {"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "no locale": {"TZ": "America/St_Johns", "LC_ALL": "C", "LANG": "C"},
}


@pytest.mark.slow
@pytest.mark.parametrize("machine", STRANGE)
@pytest.mark.parametrize("path", notebooks(), ids=[path.stem for path in notebooks()])
def test_a_notebook_says_the_same_on_a_strange_machine(
    path: Path, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in STRANGE[machine].items():
        monkeypatch.setenv(name, value)
    before, there = (nbformat.read(path, as_version=4) for _ in range(2))

    assert differences(before, normalise(execute(there))) == []
