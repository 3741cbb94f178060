"""The memory of a process and of all that it started."""

from __future__ import annotations

import psutil

MEASURE = "PSS" if psutil.LINUX else "RSS"
"""PSS counts a page that n processes share as 1/n of a page in each; only Linux tells it. RSS
counts it wholly in each."""


def megabytes(process_id: int) -> float:
    """What the tree of this process holds, by `MEASURE`."""
    root = psutil.Process(process_id)
    return sum(map(held, [root, *root.children(recursive=True)])) / 2**20


def held(process: psutil.Process) -> int:
    """Bytes of one process; none if it has ended meanwhile."""
    try:
        if psutil.LINUX:
            return int(process.memory_full_info().pss)
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
