from __future__ import annotations

from pathlib import Path

import pytest

from vasttui.errors import VastError
from vasttui.services.system.private_file import save_lines


async def test_a_log_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    await save_lines(path, ["one", "zwei ü"])
    assert path.read_text(encoding="utf-8") == "one\nzwei ü\n"
    assert path.stat().st_mode & 0o777 == 0o600


async def test_nothing_is_ever_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text("mine")
    with pytest.raises(VastError, match="exists already"):
        await save_lines(path, ["one"])
    assert path.read_text() == "mine"


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(VastError, match="cannot be written"):
        await save_lines(tmp_path / "no" / "such" / "folder.log", ["one"])
