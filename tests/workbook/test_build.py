"""The build keeps what a reader sees, drops what differs from run to run, and sees each change."""

import base64
import io

import pytest
from nbformat import NotebookNode, v4
from PIL import Image
from show import refused, table

from notebooks.build import differences, execute, normalise
from serverless_app.local.lab import Lab


def _notebook(source: str, outputs: list[NotebookNode]) -> NotebookNode:
    cell = v4.new_code_cell(source, id="one", execution_count=1, outputs=outputs)
    return normalise(v4.new_notebook(cells=[cell]))


def _picture(colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def _shown(png: str) -> NotebookNode:
    return v4.new_output("display_data", {"image/png": png})


def test_a_stream_that_came_in_pieces_is_one_output() -> None:
    pieces = [v4.new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    (output,) = _notebook("…", pieces).cells[0].outputs
    assert output.text == "a\nb\n"


def test_times_and_random_ids_go_and_names_stay() -> None:
    cells = [
        v4.new_code_cell(
            "1", id="7c9e6679", metadata={"execution": {"iopub": "2026"}, "tags": ["x"]}
        ),
        v4.new_code_cell("2", id="named", metadata={"collapsed": False}),
    ]
    first, second = normalise(v4.new_notebook(cells=cells, metadata={"who": "me"})).cells
    assert (first["id"], dict(first.metadata)) == ("cell-01", {"tags": ["x"]})
    assert (second["id"], dict(second.metadata)) == ("named", {})


def test_a_notebook_without_its_outputs_differs() -> None:
    whole = _notebook("print(1)", [v4.new_output("stream", name="stdout", text="1\n")])
    assert differences(_notebook("print(1)", []), whole) == ["one"]


def test_pictures_are_compared_by_their_pixels() -> None:
    blue, red = _picture("blue"), _picture("red")
    broken = base64.b64encode(base64.b64decode(blue)[:40]).decode()
    before = _notebook("…", [_shown(blue)])
    assert differences(before, _notebook("…", [_shown(blue)])) == []
    assert differences(before, _notebook("…", [_shown(red)])) == ["one"]
    assert differences(_notebook("…", [_shown(broken)]), before) == ["one"]


def test_a_cell_that_fails_stops_the_build() -> None:
    with pytest.raises(Exception, match="ZeroDivisionError"):
        execute(v4.new_notebook(cells=[v4.new_code_cell("1 / 0")]))


def test_a_refusal_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lab = Lab.start()
    with refused():
        lab.resource("dynamodb").Table("Nowhere").get_item(Key={"id": "1"})
    lab.stop()
    assert capsys.readouterr().out == "ResourceNotFoundException: Requested resource not found\n"


def test_what_is_not_refused_fails_the_lesson() -> None:
    with pytest.raises(AssertionError, match="AWS accepted"), refused():
        pass


def test_a_table_lines_up_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    table([{"name": "cats", "size": 12_000}, {"name": "dogs"}], "name", "size")
    assert capsys.readouterr().out == "name  size\ncats  12,000\ndogs  –\n"
    table([])
    assert capsys.readouterr().out == "(nothing)\n"
