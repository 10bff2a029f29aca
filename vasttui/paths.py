"""Where vasttui stores its files."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


def styles_dir() -> Path:
    """The folder of `*.tcss` files: in the package if installed, otherwise in the checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"


class Paths(Struct, frozen=True):
    """The user's directories. Nothing is created until it is written to."""

    config: Path
    state: Path

    @property
    def settings_file(self) -> Path:
        """The configuration, written by the user."""
        return self.config / "config.toml"

    @property
    def views_file(self) -> Path:
        """Saved views of the offer list."""
        return self.state / "views.json"

    @property
    def preferences_file(self) -> Path:
        """Preferences, such as columns and sort order."""
        return self.state / "preferences.json"

    @property
    def phases_file(self) -> Path:
        """Since when instances have been in their states."""
        return self.state / "phases.json"

    @property
    def reminders_file(self) -> Path:
        """Reminders about instances."""
        return self.state / "reminders.json"

    @property
    def timers_file(self) -> Path:
        """Timers that were set here, and rules for idle instances."""
        return self.state / "timers.json"

    def watches_file(self, place: str) -> Path:
        """Watches of the market and what they found; `place` names another one than Vast.ai's."""
        safe = "".join(one if one.isalnum() or one in ".-" else "_" for one in place)
        return self.state / (f"watches-{safe}.json" if safe else "watches.json")

    @property
    def ssh_ways_file(self) -> Path:
        """The way that answered into each instance."""
        return self.state / "ssh_ways.json"

    @property
    def variable_notes_file(self) -> Path:
        """Which environment variables were set from here, without their values."""
        return self.state / "variables.json"

    @property
    def rentals_file(self) -> Path:
        """The settings of the last rentals."""
        return self.state / "rentals.json"

    @property
    def journal_file(self) -> Path:
        """The journal of actions in progress."""
        return self.state / "journal.sqlite3"

    @property
    def charges_file(self) -> Path:
        """A copy of the charges, by account and day."""
        return self.state / "charges.sqlite3"

    @property
    def instances_file(self) -> Path:
        """The last list of instances."""
        return self.state / "instances.json"

    @property
    def market_file(self) -> Path:
        """The last market."""
        return self.state / "market.json"

    @property
    def memory_file(self) -> Path:
        """What is remembered of machines and prices."""
        return self.state / "memory.sqlite3"

    @property
    def log_file(self) -> Path:
        """The log, without secrets."""
        return self.state / "vasttui.log"

    @property
    def crash_file(self) -> Path:
        """The last crash report."""
        return self.state / "crash.txt"

    @property
    def service_report_file(self) -> Path:
        """What the service answers, as names and types."""
        return self.state / "service-report.txt"

    @property
    def last_copy_file(self) -> Path:
        """The last copied text, in case the clipboard does not work."""
        return self.state / "last-copy.txt"


def user_paths() -> Paths:
    """The platform's standard directories (XDG on Linux)."""
    # platformdirs costs 15 ms of start-up and is not needed by --demo.
    from platformdirs import user_config_path, user_state_path

    return Paths(config=user_config_path("vasttui"), state=user_state_path("vasttui"))
