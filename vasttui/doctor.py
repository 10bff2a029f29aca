"""`vasttui doctor`: reports what the program finds on this computer; sends nothing."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vasttui import __version__
from vasttui.api.origin import Origin
from vasttui.api.surroundings import check_certificates, check_proxies, proxy_of
from vasttui.endpoint import find_service
from vasttui.errors import KeyFileError, VastError
from vasttui.paths import Paths, user_paths
from vasttui.services.system.clipboard import Clipboard
from vasttui.settings import load_settings
from vasttui.text import clean

Which = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `wrong` means the dashboard would not start, or not reach the
    service, because of it."""

    topic: str
    text: str
    wrong: bool = False

    def __str__(self) -> str:
        sign = "✖ " if self.wrong else ""
        return f"{self.topic:<14} {sign}{clean(self.text, cap=500)}"


_DEMO = (
    Finding("configuration", "not read in the demo"),
    Finding("state", "not used in the demo"),
    Finding("key", "not needed in the demo"),
    Finding("service", "simulated market in this process"),
)


def examine(
    environ: Mapping[str, str],
    *,
    home: Path,
    demo: bool = False,
    key_file: Path | None = None,
    which: Which = shutil.which,
) -> list[Finding]:
    """The report: what helps to find out why something does not work."""
    mine = list(_DEMO) if demo else [*files(user_paths()), *service(environ, home, key_file)]
    return [
        Finding(
            "vasttui", f"{__version__}, Python {platform.python_version()}, {platform.system()}"
        ),
        *mine,
        *terminal(environ),
        Finding("clipboard", clipboard(environ, which)),
        Finding("ssh", ssh(which)),
    ]


def files(paths: Paths) -> list[Finding]:
    """Configuration, state and log: where they are, and whether they are usable."""
    config = paths.settings_file
    if not config.exists():
        found = Finding("configuration", f"{config} (not found; using the defaults)")
    else:
        try:
            keys = len(load_settings(config).keys)
            changed = f", custom keys: {keys}" if keys else ""
            found = Finding("configuration", f"{config} (loaded{changed})")
        except VastError as error:
            found = Finding("configuration", str(error), wrong=True)
    state = paths.state
    made = "writable" if os.access(state, os.W_OK) else "NOT WRITABLE"
    note = made if state.is_dir() else "created when needed"
    return [
        found,
        Finding("state", f"{state} ({note})"),
        Finding("log", f"{paths.log_file}" + ("" if paths.log_file.exists() else " (none yet)")),
    ]


def service(environ: Mapping[str, str], home: Path, key_file: Path | None) -> list[Finding]:
    """The service's address and the source of the key, never the key itself."""
    try:
        found = find_service(environ, home, key_file)
    except VastError as error:
        topic = "key" if isinstance(error, KeyFileError) else "service"
        return [Finding(topic, error.sentence, wrong=True)]
    reached = [
        Finding("service", f"{found.origin} ({found.address_source})"),
        network(found.origin),
    ]
    if found.credential is None:
        text = "not found: you can browse the market, but not your account"
        return [Finding("key", text), *reached]
    warning = f" — {found.credential.warning}" if found.credential.warning else ""
    return [Finding("key", f"from {found.credential.source}{warning}"), *reached]


def network(origin: Origin) -> Finding:
    """How the service would be reached."""
    if origin.is_loopback:
        return Finding("network", "this computer")
    try:
        check_proxies()
        check_certificates()
    except VastError as error:
        return Finding("network", error.sentence, wrong=True)
    proxy = proxy_of(origin.scheme, origin.host)
    return Finding("network", f"through the proxy {proxy}" if proxy else "no proxy")


def terminal(environ: Mapping[str, str]) -> list[Finding]:
    """What the terminal reports about itself."""
    facts = [f"{name}={environ[name]}" for name in ("TERM", "COLORTERM") if environ.get(name)]
    if "NO_COLOR" in environ:
        facts.append("NO_COLOR (no colors)")
    facts.append(size())
    inside = [
        name
        for name, variables in (
            ("tmux", ("TMUX",)),
            ("screen", ("STY",)),
            ("ssh", ("SSH_TTY", "SSH_CONNECTION")),
        )
        if any(environ.get(variable) for variable in variables)
    ]
    if inside:
        facts.append(f"inside {' and '.join(inside)}")
    return [Finding("terminal", ", ".join(facts))]


def size() -> str:
    """Columns and rows, if the output goes to a terminal."""
    try:
        columns, rows = os.get_terminal_size(1)
    except OSError:
        return "output is not a terminal"
    fits = "" if columns >= 60 and rows >= 16 else " (too small: at least 60x16 is needed)"
    return f"{columns}x{rows}{fits}"


def clipboard(environ: Mapping[str, str], which: Which) -> str:
    """How text is copied."""
    route = Clipboard(environ, which=which).route
    if which(route):
        return route
    return f"{route}, through the terminal; not all terminals support it"


def ssh(which: Which) -> str:
    """The ssh program and its version."""
    place = which("ssh")
    if place is None:
        return "not found"
    try:
        done = subprocess.run([place, "-V"], capture_output=True, text=True, timeout=2)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return f"{place} (not responding)"
    return f"{place} ({(done.stderr or done.stdout).strip()})"
