"""The bench itself: ratios, dashes and what hears the functions. No measurement is judged here."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from tests.bench import bench_peers
from tests.bench.__main__ import HERE, digits, show, with_ratios
from tests.bench.hello.hello import aloud, hello
from tests.bench.hello.tell import tell
from tests.bench.peers import ear as hearing
from tests.bench.peers.ear import Ear
from tests.bench.peers.offline import service


def row(name: str, value: float | None, **more: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": "ms", "module": "peers", **more}


def test_a_ratio_is_to_the_first_row_of_the_group() -> None:
    rows = [row("us", 2.0, group="warm"), row("them", 5.0, group="warm"), row("alone", 3.0)]
    assert [one.get("ratio") for one in with_ratios(rows)] == [1.0, 2.5, None]


def test_a_row_without_a_value_is_a_dash_with_a_footnote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(
        with_ratios(
            [
                row("us", 2.0, group="S3"),
                row("them", None, group="S3", note="They have no S3."),
            ]
        )
    )
    said = capsys.readouterr().out
    assert "— (1)" in said
    assert said.splitlines()[-1] == "(1) They have no S3."


@pytest.mark.parametrize(
    ("value", "text"), [(None, "—"), (0.4444, "0.444"), (9.999, "10"), (2130.4, "2,130")]
)
def test_a_value_has_three_digits_or_all_before_the_point(value: float | None, text: str) -> None:
    assert digits(value) == text


def test_the_board_has_a_row_for_every_peer_in_the_same_order() -> None:
    board = bench_peers.Board(["us", "them"], {"gone": "gone did not start here: no npm"})
    board.add_medians("S3", {"us": [3.0, 1.0, 2.0]}, {"them": "them does not serve it"})
    assert board.rows == [
        {"name": "us", "value": 2.0, "unit": "ms", "group": "S3, p50"},
        {
            "name": "them",
            "value": None,
            "unit": "ms",
            "group": "S3, p50",
            "note": "them does not serve it",
        },
        {
            "name": "gone",
            "value": None,
            "unit": "ms",
            "group": "S3, p50",
            "note": "gone did not start here: no npm",
        },
    ]


@pytest.mark.parametrize(
    "record",
    [
        {"s3": {"object": {"key": "1-7"}}},
        {"dynamodb": {"Keys": {"id": {"S": "1-7"}}}},
    ],
)
def test_the_function_tells_the_bench_what_woke_it(
    record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ear() as ear:
        monkeypatch.setenv("EAR_PORT", str(ear.port))
        tell({"Records": [record]}, None)
        assert ear.heard("1-7") > 0


def test_what_was_told_of_another_name_is_passed_over() -> None:
    with Ear() as ear, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for name in ("early", "wanted"):
            out.sendto(json.dumps([name]).encode(), ("127.0.0.1", ear.port))
        assert ear.heard("wanted") > 0


def test_a_function_that_never_tells_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "PATIENCE", 0.01)
    with Ear() as ear, pytest.raises(TimeoutError, match="no function told of it"):
        ear.heard("never")


def test_a_function_that_prints_answers_as_the_silent_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert aloud({}, None) == hello({}, None)
    assert capsys.readouterr().out == "hello\n"


def test_each_peer_has_the_same_functions() -> None:
    assert service(bench_peers.FUNCTIONS)["functions"] == {
        name: {
            "handler": handler,
            "timeout": 30,
            "events": [{"http": {"method": "get", "path": name}}],
        }
        for name, handler in bench_peers.FUNCTIONS.items()
    }
    assert len(bench_peers.FUNCTIONS) == 17


def test_the_readme_explains_every_subject() -> None:
    readme = (HERE / "README.md").read_text("utf-8")
    subjects = {file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py")}
    assert [name for name in sorted(subjects) if f"`{name}`" not in readme] == []
