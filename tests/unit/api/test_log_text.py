"""Program output, as lines to show."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasttui.api.log_text import shown_lines

OBEYED = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", ()),
        (b"\n", ("",)),
        (b"one\ntwo", ("one", "two")),
        (b"one\r\n\r\n  two\r\n", ("one", "", "  two")),
        (b"\tx", ("    x",)),
        ("gr\u00fcn \u2713".encode(), ("gr\u00fcn \u2713",)),
        (b"\xff\xfex", ("\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}x",)),
        (b"\x1b[31mred\x1b[0m \x1b[1;38;5;9mbold", ("red bold",)),
        (b"\x1b]0;title\x07text", ("text",)),
        (b"\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", ("link",)),
        (b"\x1bPq#0;2\x1b\\text", ("text",)),
        (b"\x1b(Btext\x1bc", ("text",)),
        ("\u009b31mtext".encode(), ("text",)),
        (b"a\x07b\x00c", ("a␇b␀c",)),
        (b" 10%\r 50%\r100%\n", ("100%",)),
        (b"downloading\rdone\n", ("doneloading",)),
        (b"downloading\r\x1b[Kdone\r\n", ("done",)),
        (b"downloading\r\x1b[2K\x1b[32mdone\n", ("done",)),
        ("x\u202ey".encode(), ("xy",)),
    ],
)
async def test_lines(data: bytes, lines: tuple[str, ...]) -> None:
    assert await shown_lines(data) == lines


async def test_of_a_text_that_was_cut_the_first_line_is_left_out() -> None:
    assert await shown_lines(b"lf a line\nnext\n", cut=True) == ("next",)
    assert await shown_lines(b"all one line", cut=True) == ("all one line",)


async def test_a_line_has_a_limit() -> None:
    [line] = await shown_lines(b"x" * 10_000)
    assert len(line) == 4096
    [line] = await shown_lines(b"\r".join([b"x" * 10_000] * 3))
    assert len(line) == 4096


@pytest.mark.parametrize(
    "piece", [b"\r", b"x\r", b"\x1b[", b"\x1b[0;", b"\x1b]", b"\x1bP", b"\t", "\u0301".encode()]
)
async def test_no_text_takes_long(piece: bytes) -> None:
    started = time.process_time()
    await shown_lines(piece * (2_097_152 // len(piece)))
    assert time.process_time() - started < 4


@given(st.binary(max_size=200))
async def test_nothing_that_a_terminal_obeys_is_left(data: bytes) -> None:
    for line in await shown_lines(data):
        assert {unicodedata.category(char) for char in line} & OBEYED == set()
