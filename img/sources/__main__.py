"""Draw every figure: `python -m img.sources`."""

import runpy
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent

sys.path.insert(0, str(SOURCES))  # a figure says `from drawing import Figure`
for source in sorted(SOURCES.glob("[0-9][0-9]_*.py")):
    runpy.run_path(str(source), run_name="__main__")
