"""Files are opened without waiting and read without growing; folders are their owner's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vasttui.files import make_folder, read_regular


def test_a_regular_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(path)
    assert read_regular(path, 5) == b"12345"
    assert read_regular(tmp_path / "link", 5) == b"12345"
    with pytest.raises(OSError, match="It has more than 4 bytes"):
        read_regular(path, 4)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "pipe", "folder"])
def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path, device: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"regular file|directory"):
        read_regular(tmp_path / device, 5)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("mask", [0, 0o002, 0o022, 0o077, 0o177, 0o777])
def test_a_folder_is_for_its_owner_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        make_folder(tmp_path / "folder" / "within")
        make_folder(tmp_path / "folder" / "within")
    for path in (tmp_path / "folder", tmp_path / "folder" / "within"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder").touch()
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "folder")
