"""A crash: one sentence, a private report, no secrets anywhere."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Static

from vasttui.crash import CrashReport
from vasttui.logs import Redactor
from vasttui.ui.crash import CrashSafe

KEY = "0123456789abcdef0123456789abcdef"


def _redactor() -> Redactor:
    redact = Redactor()
    redact.add(KEY)
    return redact


def _raised(message: str) -> Exception:
    secret_local = "local-value-never-shown"
    try:
        raise ValueError(f"{message} {len(secret_local)}")
    except ValueError as error:
        return error


def test_the_report_says_where_and_what_but_no_secret_and_no_local(tmp_path: Path) -> None:
    path = tmp_path / "state" / "crash.txt"
    sentence = CrashReport(path, _redactor()).write(_raised(f"Bearer {KEY}"))
    report = path.read_text()
    assert sentence == f"vasttui crashed (ValueError). Report: {path}"
    assert "test_crash.py" in report
    assert "ValueError" in report
    assert KEY not in report
    assert "local-value-never-shown" not in report
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_newer_report_replaces_the_older_one_whoever_may_read_that(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    path.write_text("old")
    path.chmod(0o644)
    CrashReport(path, _redactor()).write(_raised("new"))
    assert "old" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_planted_link_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "crash.txt").symlink_to(tmp_path / "precious")
    CrashReport(tmp_path / "crash.txt", _redactor()).write(_raised("new"))
    assert (tmp_path / "precious").read_text() == "mine"


def test_without_a_place_of_ours_the_report_is_a_new_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    CrashReport(None, _redactor()).write(_raised("demo"))
    [report] = tmp_path.iterdir()
    assert "demo" in report.read_text()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_report_that_cannot_be_written_is_still_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = CrashReport(tmp_path / "file" / "crash.txt", _redactor()).write(_raised("x"))
    assert sentence.startswith("vasttui crashed (ValueError)")
    assert "\n" not in sentence


def test_escape_sequences_in_an_exception_do_not_reach_the_report(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    CrashReport(path, _redactor()).write(_raised("\x1b]0;title\x07"))
    assert "\x1b" not in path.read_text()


class DrawnError(Exception):
    """An exception that renders itself, as style sheet errors do."""

    def __rich__(self) -> str:
        return f"drawn with {KEY}"


class Faulty(CrashSafe, App[None]):
    """Fails in the given way."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def compose(self) -> ComposeResult:
        yield Static(Content("hello"))

    def on_mount(self) -> None:
        api_key = KEY
        if self.kind == "handler":
            raise ValueError(f"in a handler with {api_key}")
        if self.kind == "drawn":
            raise DrawnError
        if self.kind == "worker":
            self.run_worker(self.work(), group="test", description="")
        if self.kind == "twice":
            self.call_later(self.fail, 1)
            self.call_later(self.fail, 2)
        if self.kind == "callback":
            self.set_timer(0.01, self.fail)

    async def work(self) -> None:
        raise ValueError("in a worker")

    def fail(self, number: int = 0) -> None:
        raise ValueError(f"call {number}")


@pytest.mark.parametrize("kind", ["handler", "drawn", "worker", "twice", "callback"])
async def test_every_kind_of_fault_ends_with_a_report_and_code_one(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    app = Faulty(kind)
    app.crash_report = CrashReport(tmp_path / "crash.txt", _redactor())
    await app.run_async(headless=True)
    assert app.return_code == 1
    report = (tmp_path / "crash.txt").read_text()
    assert "Error" in report
    assert KEY not in report
    assert app.crash_sentence.startswith("vasttui crashed (")
    assert app.crash_sentence.endswith(f"Report: {tmp_path / 'crash.txt'}")
    assert KEY not in app.crash_sentence
    assert capfd.readouterr() == ("", "")
