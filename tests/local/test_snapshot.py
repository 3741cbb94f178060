"""The deployed state on disk: used when it fits, never when somebody else may have written it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from serverless_app.local.project import Project
from serverless_app.local.snapshot import KEPT, SnapshotFile, State

STATE = State(b"backends", {"images": b"index"})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return replace(Project(), source=tmp_path)


def test_a_state_is_read_as_it_was_written(project: Project) -> None:
    SnapshotFile(project, "deployed").write(STATE)
    assert SnapshotFile(project, "deployed").read() == STATE


def test_there_is_none_before_it_was_written(project: Project) -> None:
    assert SnapshotFile(project, "deployed").read() is None


def test_another_template_has_another_state(project: Project, tmp_path: Path) -> None:
    SnapshotFile(project, "deployed").write(STATE)
    template = tmp_path / "template.json"
    template.write_text('{"Resources": {}}')
    assert SnapshotFile(replace(project, template_file=template), "deployed").read() is None


def test_a_file_that_was_cut_short_counts_as_none(project: Project) -> None:
    SnapshotFile(project, "deployed").write(STATE)
    file = next(project.state.glob("*.snapshot"))
    file.write_bytes(file.read_bytes()[:-9])
    assert SnapshotFile(project, "deployed").read() is None


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_the_file_is_this_user_s_alone_and_one_that_others_may_write_is_not_opened(
    project: Project,
) -> None:
    SnapshotFile(project, "deployed").write(STATE)
    file = next(project.state.glob("*.snapshot"))
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o666)
    assert SnapshotFile(project, "deployed").read() is None


def test_old_states_are_removed(project: Project, tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        template = tmp_path / "template.json"
        template.write_text(f'{{"Resources": {{}}, "Description": "{number}"}}')
        SnapshotFile(replace(project, template_file=template), "deployed").write(STATE)
    assert len(list(project.state.glob("deployed-*.snapshot"))) == KEPT
