"""Where things are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from vasttui.paths import Paths, official_config_dir, styles_dir, user_paths


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


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_xdg_variable_means_the_default(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    assert official_config_dir() == tmp_path / ".config" / "vastai"


def test_the_official_directory_follows_xdg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert official_config_dir() == tmp_path / "vastai"
