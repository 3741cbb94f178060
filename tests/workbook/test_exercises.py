"""Exercises: a stub is not yet done, a solution is, and a wrong answer learns why."""

import re
import sys
from pathlib import Path
from typing import Any

import exercises
import nbformat
import pytest
from nbformat import NotebookNode

from notebooks.build import execute, normalise, notebooks

PATHS = [path for path in notebooks() if not path.name.startswith("00")]
each = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _stubs(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]


def _solution(notebook: NotebookNode, stub: NotebookNode) -> str:
    """The code of the folded solution below a stub."""
    (folded,) = (cell for cell in notebook.cells if cell["id"] == f"{stub['id']}-solution")
    assert folded.source.startswith("<details><summary>Solution</summary>\n\n")
    assert folded.source.endswith("\n\n</details>")
    code: str = re.search(r"```python\n(.*?)```", folded.source, re.S)[1]  # type: ignore[index]
    return code if "check(" in code else code + "\n" + stub.source.splitlines()[-1]


@each
def test_a_notebook_has_exercises_of_every_weight(path: Path) -> None:
    notebook = _read(path)
    ids = [re.search(r'check\("(.*?)"', stub.source)[1] for stub in _stubs(notebook)]  # type: ignore[index]
    assert ids == [f"{path.name[:2]}.{n}" for n in range(1, len(ids) + 1)]
    assert len(ids) >= 4
    stars = {exercises._find(id).stars for id in ids}  # type: ignore[union-attr]
    assert {1, 3} <= stars
    for id in ids:
        title = exercises._find(id).title  # type: ignore[union-attr]
        assert any(f"**{title}**" in cell.source for cell in notebook.cells), title


@each
def test_every_stub_says_not_yet(path: Path) -> None:
    for stub in _stubs(_read(path)):
        assert stub.outputs[-1].text.startswith("Not yet. "), stub["id"]


@each
def test_every_solution_passes(path: Path) -> None:
    notebook = _read(path)
    stubs = _stubs(notebook)
    for stub in stubs:
        stub.source = _solution(notebook, stub)
    normalise(execute(notebook))  # a verdict may arrive in pieces: normalise joins them
    for stub in stubs:
        assert stub.outputs[-1].text.startswith("Right. "), f"{stub['id']}: {stub.outputs}"


@each
def test_hints_escalate_and_begin_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for stub in _stubs(_read(path)):
        id = re.search(r'check\("(.*?)"', stub.source)[1]  # type: ignore[index]
        hints = exercises._find(id).hints  # type: ignore[union-attr]
        assert len(hints) >= 2, id
        exercises._hints_given.clear()
        for number in range(1, len(hints) + 1):
            exercises.hint(id)
            said = " ".join(capsys.readouterr().out.split())
            assert said.startswith(f"Hint {number} of {len(hints)}. ")
            assert ("the solution is folded" in said) is (number == len(hints))
        exercises.hint(id)
        assert capsys.readouterr().out.startswith("Hint 1 ")


STRANGE = [
    "",
    "x",
    0,
    -1,
    3.5,
    [],
    {},
    set(),
    {"partition": []},
    [1, [2]],
    object(),
    len,
    lambda: 1,
    b"\0",
]


@each
def test_a_judge_bears_any_attempt(path: Path, lab: object) -> None:
    for stub in _stubs(_read(path)):
        id = re.search(r'check\("(.*?)"', stub.source)[1]  # type: ignore[index]
        for attempt in [*STRANGE, None, ...]:
            verdict = exercises.judge(id, attempt)
            assert not verdict.done, (id, attempt)
            assert len(verdict.says) > 40, (id, attempt)


def test_an_unknown_exercise_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    exercises.check("99.9", 4)
    exercises.hint("99.9")
    assert capsys.readouterr().out.count("There is no exercise '99.9' here.") == 2


def test_progress_shows_what_is_done(lab: object, capsys: pytest.CaptureFixture[str]) -> None:
    exercises.check("06.1", 4)
    exercises.check("06.2", {"partition": "groupId"})
    capsys.readouterr()
    exercises.progress("06")
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "■ 06.1 Which items are left? ★☆☆"
    assert said[1] == "□ 06.2 Watchers ★☆☆"
    assert said[-1] == "1 of 5 done"


def test_progress_bears_a_broken_store(
    lab: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "progress.json").write_text("{not json")
    exercises.progress("06")
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 5 done"


def test_a_service_may_be_written_in_small_letters() -> None:
    services = ["s3", "api gateway", "AWS Lambda", "Amazon Cognito", "DynamoDB"]
    (asked,) = [exercise for exercise in [exercises._find("00.1")] if exercise]
    jobs = sys.modules[asked.judge.__module__].JOBS
    assert exercises.judge("00.1", dict(zip(jobs, services, strict=True))).done


def test_a_gone_client_may_be_caught_by_boto3s_own_exception() -> None:
    def tell_everybody(to_clients: Any, ids: list[str], data: bytes) -> tuple[list[str], list[str]]:
        gone: list[str] = []
        again: list[str] = []
        for each in ids:
            try:
                to_clients.post_to_connection(ConnectionId=each, Data=data)
            except to_clients.exceptions.GoneException:
                gone.append(each)
            except to_clients.exceptions.ClientError:
                again.append(each)
        return gone, again

    assert exercises.judge("10.4", tell_everybody).done


def test_a_stumble_over_a_long_error_is_told_shortly() -> None:
    def portrait_url(s3: Any, bucket: str, user_id: str, size: int) -> Any:
        return s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Type": "png"})

    says = exercises.judge("08.4", portrait_url).says
    assert "ParamValidationError" in says
    assert len(says) < 500
