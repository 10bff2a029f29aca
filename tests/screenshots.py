"""Writes the screenshots in `screenshots/`; run with `make screenshots`.

Every screenshot shows the real program on the simulator with a fixed seed, in virtual time, so the
bytes are the same on any computer. A file is written only if its screenshot has changed.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from textual.widgets import Input

from tests.support import virtual_time
from tests.support.stage import MARKET, Stage, StillClock, stage
from vasttui.models.offer import Offer
from vasttui.simulator.market.past import past_days
from vasttui.ui.themes import DARK, LIGHT

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
TEXT = re.compile(r'(<text[^>]* x=")([\d.]+)("[^>]* textLength=")([\d.]+)("[^>]*>)([^<]*)</text>')
FONT_SOURCE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
WIDE, SMALL, LARGE = (120, 36), (80, 24), (200, 50)
FILTER = "gpu:4090 n=1 cuda>=12.4 rel>=.98 -cc:CN"


@dataclass(frozen=True, slots=True)
class Shot:
    """A screenshot: its name, the terminal size, the keys that lead to it.

    With `instances` it shows the instances, of an account with `credit` (None: the demo's), which
    hosts `machines`. It is taken `wait` seconds after the last key. If it `remembers`, there are
    prices of a month.
    """

    name: str
    size: tuple[int, int] = WIDE
    theme: str = DARK.name
    keys: Sequence[str] = ()
    query: str = FILTER
    faults: Sequence[str] = ()
    instances: int = 0
    volumes: int = 0
    wait: int = 0
    credit: float | None = None
    machines: int = 0
    endpoints: int = 0
    remembers: bool = False


def mine(name: str, *keys: str, row: int = 6, wait: int = 0, **how: Any) -> Shot:
    """A screenshot of instances, with the cursor on that row before the keys."""
    return Shot(name, keys=("j",) * row + keys, query="", instances=8, wait=wait, **how)


def place(
    name: str, *keys: str, wait: int = 4, machines: int = 0, endpoints: int = 0,
    remembers: bool = False,
) -> tuple[Shot, Shot]:  # fmt: skip
    """Screenshots of another place, wide and small, reached with these keys."""
    how: dict[str, Any] = {
        "keys": keys, "query": "", "instances": 8, "volumes": 3, "wait": wait, "machines": machines,
        "endpoints": endpoints, "remembers": remembers,
    }  # fmt: skip
    return Shot(f"{name}-120x36-dark", **how), Shot(f"{name}-80x24-dark", SMALL, **how)


COPYING = (*"jjjjjj", "m", *"notebook", "tab", "slash", *"workspace", "slash", *"ck")
"""Of `train-a` to another instance."""

WATCHING = ("slash", *"gpu:4090 n=1", "enter", "W", *"0.3")
"""A filter under a price."""

MAKING = (*"llama-8b", "tab", "enter", "j", "enter", "tab", "tab", *"0.45")
"""A new endpoint with a template and a price."""

GROUPING = ("enter", "j", "enter", "tab", *"RTX_4090 n=1", "tab", *"0.40")
"""A new group with a template, a search and a price."""

SHOTS = (
    Shot("offers-120x36-dark"),
    Shot("offers-120x36-light", theme=LIGHT.name),
    Shot("offers-80x24-dark", SMALL),
    Shot("offers-80x24-light", SMALL, LIGHT.name),
    Shot("offers-200x50-dark", LARGE, wait=1),
    Shot("typing-120x36-dark", keys=("slash", "end", *" eff<"), query="gpu:4090"),
    Shot("empty-120x36-dark", query="gpu:5090 n=1 cuda>=13 rel>=.995 eff<0.10 cc:SE"),
    Shot("error-120x36-dark", faults=("http:503",) * 8),
    Shot("help-120x36-dark", keys=("question_mark",)),
    Shot("help-80x24-dark", SMALL, keys=("question_mark",)),
    Shot("palette-120x36-dark", keys=("colon", *"copy")),
    Shot("form-120x36-dark", keys=("f",)),
    Shot("form-80x24-dark", SMALL, keys=("f",)),
    Shot("compare-120x36-dark", keys=("space", "space", "space", "equals_sign")),
    Shot("details-120x36-dark", keys=("enter",), wait=1),
    Shot("columns-120x36-dark", keys=("C",)),
    Shot("ssh-keys-120x36-dark", keys=("6",), wait=3),
    Shot("ssh-keys-80x24-dark", SMALL, keys=("6",), wait=3),
    mine("instances-120x36-dark"),
    mine("instances-120x36-light", theme=LIGHT.name),
    mine("instances-80x24-dark", size=SMALL),
    mine("instances-200x50-dark", size=LARGE),
    mine("instance-120x36-dark", "enter"),
    mine("instance-80x24-dark", "enter", size=SMALL),
    mine("logs-120x36-dark", "l", wait=30),
    mine("stuck-120x36-dark", "enter", row=4),
    mine("inbox-120x36-dark", "exclamation_mark"),
    mine("inbox-80x24-dark", "exclamation_mark", size=SMALL),
    mine("stop-120x36-dark", "t"),
    mine("copy-as-120x36-dark", "Y"),
    Shot("rent-120x36-dark", keys=("n",), wait=3),
    Shot("rent-120x36-light", theme=LIGHT.name, keys=("n",), wait=3),
    Shot("rent-80x24-dark", SMALL, keys=("n",), wait=3),
    mine("attach-120x36-dark", "a", wait=5),
    mine("attach-80x24-dark", "a", size=SMALL, wait=5),
    mine("reserve-120x36-dark", "dollar_sign", wait=5, credit=312.40),
    mine("reserve-80x24-dark", "dollar_sign", size=SMALL, wait=5, credit=312.40),
    mine("destroy-120x36-dark", "D", wait=5),
    mine("destroy-80x24-dark", "D", size=SMALL, wait=5),
    *place("machine", "1", "right_square_bracket", *"jj", remembers=True),
    *place("prices", "1", *["right_square_bracket"] * 2, *"jj", remembers=True),
    *place("note", "1", "N", *"NVMe is fast, upload good after 22 h."),
    *place("themes", "1", "colon", *"themes", "enter", *["down"] * 8),
    *place("market", "1", "tab", remembers=True),
    *place("market-plot", "1", "tab", *"jjj", "z", remembers=True),
    *place("market-groups", "1", "tab", "number_sign", remembers=True),
    *place("another", *"jjj", "A"),
    *place("templates", "1", "tab", "tab"),
    *place("template-form", "1", "tab", "tab", "n", "enter"),
    *place("watch", "1", *WATCHING),
    *place("watches", "1", *WATCHING, "enter", "tab", "tab", "tab", wait=70),
    *place("edit", *"jjjjjj", "e"),
    *place("timers", *"jjjjjj", "H", *["tab"] * 8, "enter", "escape", "tab", wait=40),
    *place("timers-dialog", *"jjjjjj", "H"),
    *place("transfers", *COPYING, "tab", "tab", "enter", wait=60),
    *place("transfer", *COPYING),
    *place("volumes", "3"),
    *place("space", "3", "tab"),
    *place("backups", "3", "tab", "tab"),
    *place("serverless", "4", endpoints=2),
    *place("endpoint", "4", "enter", endpoints=2),
    *place("endpoint-new", "4", "n", *MAKING, endpoints=2),
    *place("endpoint-scale", "4", "e", endpoints=2),
    *place("endpoint-state", "4", "t", "right", endpoints=2),
    *place("endpoint-test", "4", "T", "enter", endpoints=2),
    *place("endpoint-delete", "4", "D", endpoints=2),
    *place("endpoint-log", "4", "l", "f", "f", endpoints=2),
    *place("group-new", "4", "down", "n", *GROUPING, endpoints=2),
    *place("group-update", "4", "down", "X", endpoints=2),
    *place("group-updating", "4", "down", "X", "tab", "enter", wait=40, endpoints=2),
    *place("deployments", "4", "tab", "j", endpoints=2),
    *place("charges", "5", wait=60),
    *place("invoices", "5", "tab"),
    *place("credit", "5", "tab", "tab"),
    *place("earnings", "5", "tab", "tab", "tab", machines=3),
    *place("variables", "6", "tab"),
    *place("api-keys", "6", "tab", "tab"),
    *place("api-key-form", "6", "tab", "tab", "n"),
    *place("audit", "6", "tab", "tab", "tab"),
    *place("profile", "6", "tab", "tab", "tab", "tab"),
)


def exact(svg: str) -> str:
    """The screenshot with every word positioned on its own.

    Some viewers ignore `textLength` and leading spaces, so that columns would drift apart.
    """
    return TEXT.sub(_words, FONT_SOURCE.sub("", svg))


def _words(match: re.Match[str]) -> str:
    head, left, middle, length, tail, body = match.groups()
    text = html.unescape(body)
    cells = sum(max(1, cell_len(char)) for char in text)
    step = float(length) / max(1, cells)
    parts, position = [], 0
    for word in re.split("(\N{NO-BREAK SPACE}+)", text):
        width = sum(max(1, cell_len(char)) for char in word)
        if word.strip("\N{NO-BREAK SPACE}"):
            x = float(left) + position * step
            parts.append(f"{head}{x:.1f}{middle}{width * step:.1f}{tail}{html.escape(word)}</text>")
        position += width
    return "".join(parts)


async def pass_time(stage_: Stage, seconds: int) -> None:
    """Let the program's time pass, poll by poll, with its redraws every second."""
    for _ in range(seconds):
        stage_.clock.advance(1)
        await asyncio.sleep(1)


def a_month() -> Iterator[tuple[float, list[Offer]]]:
    """The days before the clock of the stage begins."""
    return past_days(MARKET, 1, StillClock().now(), 30)


async def take(shot: Shot) -> str:
    """The screenshot as SVG."""
    async with stage(
        size=shot.size, query=shot.query, theme=shot.theme, faults={"search": shot.faults},
        instances=shot.instances, volumes=shot.volumes, every_frame=True,
        account={
            "credit": shot.credit, "machines": shot.machines, "endpoints": shot.endpoints,
        },
        past_offers=a_month if shot.remembers else None,
    ) as stage_:  # fmt: skip
        if shot.instances:
            await stage_.instances()
            await pass_time(stage_, 60)
        await stage_.press(*shot.keys)
        await pass_time(stage_, shot.wait)
        for field in stage_.app.screen.query(Input):
            field.cursor_blink = False
        await asyncio.sleep(1)  # the explanation of an empty table comes a moment later
        return exact(stage_.app.export_screenshot(title="vasttui"))


def draw(shots: Sequence[Shot], folder: Path) -> Iterator[Path]:
    """Take these screenshots and write those that have changed; yields the files written."""
    folder.mkdir(exist_ok=True)
    for shot in shots:
        target = folder / f"{shot.name}.svg"
        picture = virtual_time.run(take(shot))
        if not target.exists() or target.read_text(encoding="utf-8") != picture:
            target.write_text(picture, encoding="utf-8")
            yield target


def main(arguments: Sequence[str]) -> None:
    """Take all screenshots, or those named, and print which files were written."""
    parser = argparse.ArgumentParser(prog="make screenshots")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a screenshot to take (default: all)"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="target folder (default: screenshots)"
    )
    asked = parser.parse_args(arguments)
    os.environ["TZ"] = "UTC"
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    shots = [shot for shot in SHOTS if not asked.names or shot.name in asked.names]
    for path in draw(shots, asked.folder):
        sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
