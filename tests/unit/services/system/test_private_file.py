from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from vasttui.services.system.private_file import write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_directories_are_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_private(path, b"text")
    assert path.read_bytes() == b"text"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_an_open_file_is_replaced_by_a_closed_one(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, b"new")
    assert (path.read_text(), mode(path)) == ("new", 0o600)


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "b.txt"
    elsewhere.write_text("theirs")
    path.symlink_to(elsewhere)
    write_private(path, b"mine")
    assert not path.is_symlink()
    assert (elsewhere.read_text(), path.read_text()) == ("theirs", "mine")


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "b.txt"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"new")
    assert [one.name for one in tmp_path.iterdir()] == ["b.txt"]
    assert path.read_text() == "old"
