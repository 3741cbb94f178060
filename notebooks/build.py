"""Run the notebooks and save them as they are to be committed: executed, and the same every time.

    python -m notebooks.build              all of them
    python -m notebooks.build 06 07        two of them
    python -m notebooks.build --check      change nothing; fail if one would change

The notebook is its own source: edit it in JupyterLab, then build. Kept are cells, their ids and
tags, and the outputs; everything that differs from run to run or machine to machine goes.
"""

import argparse
import base64
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KEPT_CELL_METADATA = ("tags", "jupyter")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebooks(numbers: list[str] | None = None) -> list[Path]:
    """The workbook's notebooks in order; of `numbers` ("06") only, where given."""
    every = sorted(HERE.glob("[0-9][0-9]_*.ipynb"))
    return [path for path in every if not numbers or path.name[:2] in numbers]


def execute(notebook: NotebookNode) -> NotebookNode:
    """Run `notebook` from the top in a fresh kernel, in place. A cell that fails is an error."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "WORKBOOK_PROGRESS": "off",
    }
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}
    )
    client.execute(env=environment)
    return notebook


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Leave only what a reader sees, in place."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, start=1):
        kept = {name: cell.metadata[name] for name in KEPT_CELL_METADATA if name in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        cell.pop("attachments", None)
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f-]{27})?", cell.get("id", "00000000")):
            cell["id"] = f"cell-{number:02}"  # a random one: give it a name by hand if it is cited
        cell.source = cell.source.strip("\n")
        if cell.cell_type == "code":
            cell.outputs = _outputs(cell.outputs)
    return notebook


def _outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs, a run of pieces of one stream as one: where it is cut depends on timing."""
    joined: list[NotebookNode] = []
    for output in outputs:
        output.pop("transient", None)
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def differences(before: NotebookNode, after: NotebookNode) -> list[str]:
    """The ids of the cells in which two notebooks differ for a reader."""
    if len(before.cells) != len(after.cells):
        return ["(another number of cells)"]
    pairs = zip(before.cells, after.cells, strict=True)
    changed = [new["id"] for old, new in pairs if _seen(old) != _seen(new)]
    if before.metadata != after.metadata:
        changed.append("(metadata)")
    return changed


def _seen(cell: NotebookNode) -> Any:
    """A cell as compared: its pictures by their pixels, since compression is no content."""
    seen = dict(cell)
    if cell.cell_type == "code":
        seen["outputs"] = [_output_seen(output) for output in cell.outputs]
    return seen


def _output_seen(output: NotebookNode) -> Any:
    seen = {**output, "data": dict(output.get("data", {}))}
    if "image/png" in seen["data"]:
        seen["data"]["image/png"] = _pixels(seen["data"]["image/png"])
    return seen


def _pixels(png: str) -> Any:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    except (OSError, ValueError):
        return "no picture"
    return picture.size, picture.tobytes()


def build(path: Path, *, check: bool = False) -> list[str]:
    """Execute and normalise one notebook; write it unless `check`; say which cells changed."""
    before = nbformat.read(path, as_version=4)
    after = normalise(execute(nbformat.read(path, as_version=4)))
    changed = differences(before, after)
    if not check:
        nbformat.write(after, path)
    return changed


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("numbers", nargs="*", help="06 07 …; none: all")
    options.add_argument("--check", action="store_true", help="change nothing, fail on a change")
    chosen = options.parse_args()
    stale = False
    for path in notebooks(chosen.numbers):
        changed = build(path, check=chosen.check)
        stale = stale or bool(changed)
        print(path.name, "as it was" if not changed else f"changed: {', '.join(changed)}")
    return int(stale and chosen.check)


if __name__ == "__main__":
    sys.exit(main())
