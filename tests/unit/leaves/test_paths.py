"""Where files are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from vasttui.paths import Paths, styles_dir, user_paths


def test_the_styles_are_there() -> None:
    assert sorted(styles_dir().glob("*.tcss"))


def test_every_file_lies_in_the_directory_of_its_kind(tmp_path: Path) -> None:
    paths = Paths(config=tmp_path / "config", state=tmp_path / "state")
    assert paths.settings_file.parent == paths.config
    kept = {paths.views_file, paths.preferences_file, paths.log_file, paths.crash_file}
    kept.add(paths.last_copy_file)
    assert len(kept) == 5
    assert {one.parent for one in kept} == {paths.state}


def test_naming_the_directories_creates_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    assert user_paths().config.name == "vasttui"
    assert list(tmp_path.iterdir()) == []
