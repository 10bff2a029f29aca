"""Frames for a terminal that is slow: none waits for long, and the last one is drawn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from vasttui.ui.terminal.output import Output

WHOLE = "\x1b[1;1H" + "screen " * 30_000
"""More than a pipe takes."""

TICK = "\x1b[1;90H" + "12s" * 100


@contextmanager
def slow_terminal() -> Iterator[tuple[Output, int, Event]]:
    """Output whose terminal has begun to take a whole screen, and where that comes out."""
    out, into = os.pipe()
    caught_up = Event()
    output = Output(into, caught_up.set)
    output.start()
    output.write(WHOLE)
    assert os.read(out, 1) == b"\x1b"
    try:
        yield output, out, caught_up
    finally:
        os.close(out)
        output.finish()
        os.close(into)


def shown(out: int, until: str) -> str:
    """What comes out up to a text."""
    seen = b""
    while until.encode() not in seen:
        seen += os.read(out, 65_536)
    return seen.decode()


@pytest.mark.timeout(20)
def test_frames_for_a_slow_terminal_are_dropped_and_the_program_never_waits() -> None:
    with slow_terminal() as (output, out, caught_up):
        for number in range(200):
            output.write(f"\x1b[5;1Hframe {number} " + "row " * 1000)
        output.write("\x1b]52;c;copied\a")
        assert not caught_up.is_set()
        seen = shown(out, "copied\a")
        numbers = [number for number in range(200) if f"frame {number} " in seen]
        assert numbers == [0]
        assert caught_up.wait(10)
        caught_up.clear()
        output.go_on()
        output.write("\x1b[1;1Hnow")
        assert shown(out, "now") == "\x1b[1;1Hnow"
        assert not caught_up.is_set()


@pytest.mark.timeout(20)
def test_no_part_is_drawn_over_a_screen_that_another_was_to_replace() -> None:
    with slow_terminal() as (output, out, caught_up):
        output.write("\x1b[1;1Hanother" + " screen" * 1_000)
        output.write(TICK)
        output.write("\x1b]52;c;copied\a")
        assert TICK not in shown(out, "copied\a")
        assert caught_up.wait(10)
        output.write(TICK)  # before the screen is drawn again
        output.go_on()
        output.write("\x1b[1;1Hanother")
        assert shown(out, "another") == "\x1b[1;1Hanother"


@pytest.mark.timeout(20)
def test_a_clock_that_ticks_while_a_screen_is_written_asks_for_no_other_screen() -> None:
    with slow_terminal() as (output, out, caught_up):
        for _ in range(12):
            output.write(TICK)
        output.write("\x1b]52;c;copied\a")
        assert shown(out, "copied").count(TICK) == 12
        output.write("\x1b[1;1Hnow")
        shown(out, "now")
        assert not caught_up.is_set()


@pytest.mark.timeout(20)
def test_marks_of_a_frame_go_with_it() -> None:
    with slow_terminal() as (output, out, _):
        for number in range(40):
            output.write("\x1b[?2026h")
            output.write(f"\x1b[5;1Hframe {number} " + "row " * 1000)
            output.write("\x1b[?2026l")
        output.write("\x1b]52;c;copied\a")
        seen = shown(out, "copied")
        assert seen.count("\x1b[?2026h\x1b[5;1Hframe") == 1
        assert seen.count("\x1b[?2026h") == seen.count("row \x1b[?2026l") == 1


@pytest.mark.timeout(20)
def test_of_a_frame_no_more_is_written_than_it_takes() -> None:
    with slow_terminal() as (output, out, _):
        output.write("\x1b[1;1H\x1b[31mone\x1b[0m\x1b[31mtwo\x1b[0m")
        assert shown(out, "two\x1b[0m").endswith("\x1b[1;1H\x1b[31monetwo\x1b[0m")
