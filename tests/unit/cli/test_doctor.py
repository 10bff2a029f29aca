"""`vasttui doctor`: correct, complete, without the key, without the network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from vasttui import __version__
from vasttui.doctor import Finding, examine

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def found(environ: dict[str, str], home: Path, **options: object) -> dict[str, Finding]:
    options.setdefault("which", lambda name: None)
    findings = examine(environ, home=home, **options)  # type: ignore[arg-type]
    assert len({finding.topic for finding in findings}) == len(findings)
    return {finding.topic: finding for finding in findings}


def test_on_a_bare_computer_everything_is_named(home: Path) -> None:
    report = found({}, home)
    assert report["vasttui"].text.startswith(f"{__version__}, Python 3.")
    assert str(home / ".config" / "vasttui" / "config.toml") in report["configuration"].text
    assert "not found; using the defaults" in report["configuration"].text
    assert "created when needed" in report["state"].text
    assert report["key"].text.startswith("not found")
    assert report["service"].text == "https://console.vast.ai (official address)"
    assert report["clipboard"].text.startswith("OSC 52")
    assert report["ssh"].text == "not found"
    assert not any(finding.wrong for finding in report.values())
    assert list(home.iterdir()) == []


def test_the_source_of_the_key_is_told_and_never_the_key(home: Path) -> None:
    report = found({"VAST_API_KEY": KEY}, home)
    assert report["key"].text == "from $VAST_API_KEY"
    assert not any(KEY in str(finding) for finding in report.values())


def test_a_key_file_that_others_can_read_is_told(home: Path) -> None:
    key_file = home / "key"
    key_file.write_text(KEY)
    key_file.chmod(0o644)
    report = found({}, home, key_file=key_file)
    assert f"chmod 600 {key_file}" in report["key"].text


def test_a_bad_key_is_wrong_and_not_shown(home: Path) -> None:
    report = found({"VAST_API_KEY": f"{KEY} and more"}, home)
    assert report["key"].wrong
    assert KEY not in str(report["key"])


def test_an_address_that_would_show_the_key_is_wrong(home: Path) -> None:
    report = found({"VAST_URL": "http://gpu.example"}, home)
    assert report["service"].wrong
    assert "https" in report["service"].text


def test_the_configuration_is_read_and_its_mistakes_named(home: Path) -> None:
    config = home / ".config" / "vasttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[keys]\n"list.mark" = "x"\n')
    assert "(loaded, custom keys: 1)" in found({}, home)["configuration"].text
    config.write_text("[market]\ndsik = 3\n")
    report = found({}, home)
    assert report["configuration"].wrong
    assert f"{config}:2: " in report["configuration"].text


def test_the_terminal_says_what_it_is(home: Path) -> None:
    environ = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "", "TMUX": "/t"}
    text = found(environ | {"SSH_TTY": "/dev/pts/1"}, home)["terminal"].text
    assert "TERM=xterm-256color, COLORTERM=truecolor, NO_COLOR" in text
    assert text.endswith("inside tmux and ssh")


def test_the_clipboard_route_is_that_of_the_dashboard(home: Path) -> None:
    report = found({"WAYLAND_DISPLAY": "w"}, home, which=lambda name: f"/bin/{name}")
    assert report["clipboard"].text == "wl-copy"


def test_an_escape_sequence_in_the_environment_is_not_printed(home: Path) -> None:
    assert "\x1b" not in str(found({"TERM": "\x1b]0;x\x07"}, home)["terminal"])


def test_the_demo_looks_at_nothing_of_the_users(home: Path) -> None:
    config = home / ".config" / "vasttui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("not even TOML")
    report = found({"VAST_API_KEY": "bad key", "VAST_URL": "bad"}, home, demo=True)
    assert not any(finding.wrong for finding in report.values())
    assert "not read" in report["configuration"].text
    assert report["key"].text == "not needed in the demo"


def test_a_wrong_configuration_makes_the_exit_code_two(home: Path) -> None:
    command = [sys.executable, "-m", "vasttui", "doctor"]
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "VAST_API_KEY": "short"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    assert re.search(
        r"^key +✖ \$VAST_API_KEY does not hold a valid API key\.", done.stdout, re.MULTILINE
    )
    assert done.stderr == ""


def test_the_size_of_a_real_terminal_is_measured(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vasttui", "doctor", "--demo"]
    with Terminal(command, columns=50, rows=20, home=tmp_path) as terminal:
        assert terminal.finish() == 0
        assert "50x20 (too small" in " ".join(terminal.text.split())


@pytest.mark.parametrize(
    ("variable", "value", "text", "wrong"),
    [
        ("https_proxy", "http://me:hunter2@proxy:3128", "through the proxy proxy:3128", False),
        ("https_proxy", "quic://me:hunter2@proxy", "of an unknown kind: quic://", True),
        ("SSL_CERT_FILE", "/missing", "there is no such file", True),
    ],
)
def test_how_the_service_would_be_reached_is_told(
    home: Path, variable: str, value: str, text: str, wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    report = found({}, home)
    assert text in report["network"].text
    assert report["network"].wrong is wrong
    assert "hunter2" not in str(report["network"])
    local = found({"VAST_URL": "http://127.0.0.1:1"}, home)
    assert (local["network"].text, local["network"].wrong) == ("this computer", False)
