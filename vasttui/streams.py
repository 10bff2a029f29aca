"""Standard input, output and error: they may be closed, piped away, or unable to take a letter."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> bool:
    """Make the three usable; whether standard output was open.

    Those that are closed are opened on nothing, or the next files would take their numbers, and
    get what is written to them. What an encoding other than UTF-8 lacks is written as an escape.
    """
    closed = [number for number in range(3) if not _is_open(number)]
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - for the whole run
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    return 1 not in closed


def tell(text: str) -> None:
    """Write a line to standard error; nobody may be there any more to read it."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def settle() -> None:
    """Write out what is left. Python ends with code 120 where that fails: it is dropped instead."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
