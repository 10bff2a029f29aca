"""The log file: private, small, without secrets."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from vasttui.logs import MASK, PrivateFileHandler, RedactingFormatter, Redactor, set_up_logging

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("vasttui")
    before = (list(root.handlers), root.level, ours.level, logging.raiseExceptions)
    yield
    logging.captureWarnings(False)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.raiseExceptions = before[3]


@pytest.mark.parametrize(
    "text",
    [
        f"the key is {KEY} here",
        f"Authorization: Bearer {KEY}",
        f"Illegal header value b'Bearer {KEY}\\n'",
        f"GET /users/current?api_key={KEY}&owner=me",
        f'{{"api_key": "{KEY}"}}',
        "token hf_abcdefghijklmnop",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIfoo me@home",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1\n-----END OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_is_masked_without_being_told(text: str) -> None:
    redact = Redactor()
    if "the key is" in text:
        redact.add(KEY)
    masked = redact(text)
    assert MASK in masked
    for secret in (KEY, "abcdefghijklmnop", "AAAAC3", "b3BlbnNzaC1"):
        assert secret not in masked


def test_what_stands_around_a_secret_stays() -> None:
    assert Redactor()("GET /x?api_key=abc&page=2") == f"GET /x?api_key={MASK}&page=2"
    assert Redactor()("Bearer abc then more") == f"Bearer {MASK} then more"


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    redact = Redactor()
    redact.add(f" {KEY}\n")
    assert redact(f"x{KEY}y{KEY}") == f"x{MASK}y{MASK}"


def test_a_longer_secret_goes_before_its_own_beginning() -> None:
    redact = Redactor()
    redact.add("12345678")
    redact.add("123456789abc")
    assert redact("123456789abc") == MASK


def test_ordinary_text_is_left_alone() -> None:
    redact = Redactor()
    redact.add("GPU")
    assert redact("GPU RTX 4090, 64 offers in 1.2 s") == "GPU RTX 4090, 64 offers in 1.2 s"


def _record(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("vasttui", logging.INFO, "f.py", 1, message, values, None)


def test_values_and_tracebacks_are_redacted_too() -> None:
    redact = Redactor()
    redact.add(KEY)
    formatter = RedactingFormatter(redact)
    assert KEY not in formatter.format(_record("header %s", KEY))
    try:
        raise ValueError(f"bad header {KEY}")
    except ValueError as error:
        record = _record("failed")
        record.exc_info = (type(error), error, error.__traceback__)
    assert KEY not in formatter.format(record)
    assert "ValueError" in formatter.format(record)


def test_the_file_is_made_when_needed_and_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "vasttui.log"
    handler = PrivateFileHandler(path)
    assert not path.parent.exists()
    handler.handle(_record("one"))
    handler.handle(_record("two"))
    assert path.read_text() == "one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_grown_file_becomes_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "vasttui.log"
    handler = PrivateFileHandler(path, most_bytes=10)
    handler.handle(_record("a long first line"))
    handler.handle(_record("2"))
    assert (tmp_path / "vasttui.log.1").read_text() == "a long first line\n"
    assert path.read_text() == "2\n"


def test_a_log_that_cannot_be_written_disturbs_nobody(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    PrivateFileHandler(tmp_path / "file" / "vasttui.log").handle(_record("one"))
    assert capfd.readouterr() == ("", "")


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    (tmp_path / "vasttui.log").symlink_to(target)
    PrivateFileHandler(tmp_path / "vasttui.log").handle(_record("one"))
    assert target.read_text() == "mine"


@pytest.mark.usefixtures("restored_logging")
def test_only_our_own_news_and_others_warnings_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "vasttui.log"
    redact = Redactor()
    redact.add(KEY)
    set_up_logging(path, redact)
    logging.getLogger("vasttui.api").info("search took 12 ms with %s", KEY)
    logging.getLogger("httpx").info("HTTP Request: GET https://host/?secret=1")
    logging.getLogger("httpcore.http11").debug("receive_response_headers Set-Cookie")
    logging.getLogger("asyncio").warning("slow")
    lines = path.read_text().splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(f"INFO vasttui.api: search took 12 ms with {MASK}")
    assert lines[1].endswith("WARNING asyncio: slow")


@pytest.mark.usefixtures("restored_logging")
def test_without_a_file_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    set_up_logging(None, Redactor())
    logging.getLogger("anything").error("trouble")
    assert capfd.readouterr() == ("", "")
