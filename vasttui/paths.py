"""Where vasttui keeps things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def styles_dir() -> Path:
    """The folder of `*.tcss` files: inside the package once installed, else the checkout's."""
    package = Path(__file__).resolve().parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"


@dataclass(frozen=True, slots=True)
class Paths:
    """The directories of one user. Nothing is created until it is written to."""

    config: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def views_file(self) -> Path:
        return self.state / "views.json"

    @property
    def preferences_file(self) -> Path:
        return self.state / "preferences.json"

    @property
    def phases_file(self) -> Path:
        return self.state / "phases.json"

    @property
    def reminders_file(self) -> Path:
        return self.state / "reminders.json"

    @property
    def rentals_file(self) -> Path:
        return self.state / "rentals.json"

    @property
    def journal_file(self) -> Path:
        return self.state / "journal.sqlite3"

    @property
    def log_file(self) -> Path:
        return self.state / "vasttui.log"

    @property
    def crash_file(self) -> Path:
        return self.state / "crash.txt"

    @property
    def last_copy_file(self) -> Path:
        return self.state / "last-copy.txt"


def user_paths() -> Paths:
    """The directories the platform wants (XDG on Linux)."""
    # platformdirs costs 15 ms of start-up and is not needed by --demo.
    from platformdirs import user_config_path, user_state_path

    return Paths(config=user_config_path("vasttui"), state=user_state_path("vasttui"))
