"""The user's command: its words, its environment, and what is said of one that fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.support.fake_market import offer
from vasttui.models.money import Usage, price_offer
from vasttui.services.watches.command import (
    BadCommand,
    command_of,
    environment_of,
    run_command,
)

ROW = price_offer(
    offer(7, 0.25, gpu="RTX 4090", geolocation="Poland, PL", reliability=0.991),
    Usage(disk=1.0, hours=10.0), "on-demand",
)  # fmt: skip


def test_words_are_split_as_a_shell_would_and_a_file_is_named_by_an_at_sign() -> None:
    assert command_of("notify-send 'a b' {id}") == ("notify-send", "a b", "{id}")
    assert command_of("@~/bin/grab.sh {id}")[0] == str(Path.home() / "bin/grab.sh")
    for text in ("", "  ", "@", "say 'open", "''", "a\0b"):
        with pytest.raises(BadCommand):
            command_of(text)


def test_the_offer_is_in_the_environment_and_unknown_is_empty() -> None:
    told = environment_of(ROW, "4090 cheap")
    assert told["VASTTUI_OFFER_ID"] == "7"
    assert told["VASTTUI_GPU"] == "RTX 4090"
    assert told["VASTTUI_GPUS"] == "1"
    assert told["VASTTUI_PRICE"] == "0.250000"
    assert told["VASTTUI_PLACE"] == "Poland, PL"
    assert told["VASTTUI_HOST"] == ""
    assert told["VASTTUI_WATCH"] == "4090 cheap"


async def test_it_is_run_without_a_shell_in_a_group_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = (
        "import os, sys; open(sys.argv[1], 'w').write(' '.join([sys.argv[2], "
        "os.environ['VASTTUI_PRICE'], str(os.getsid(0) == os.getpid())]))"
    )
    said = await run_command(f'{sys.executable} -c "{code}" {out} "$(id);{{id}}"', ROW)
    assert (said, out.read_text()) == ("", "$(id);7 0.250000 True")


async def test_a_command_that_fails_is_missing_or_hangs_is_said(tmp_path: Path) -> None:
    python = Path(sys.executable).name
    failed = await run_command(f"{sys.executable} -c 'raise SystemExit(3)'", ROW)
    assert failed == f"The command {python} failed with exit code 3."
    assert "cannot be run here" in await run_command("@/no/such/file", ROW)
    assert await run_command("say 'open", ROW) == "A quote of the command is not closed."
    pid = tmp_path / "pid"
    code = f"import os, signal; open('{pid}', 'w').write(str(os.getpid())); signal.pause()"
    hung = await run_command(f'{sys.executable} -c "{code}"', ROW, seconds=0.5)
    assert hung == f"The command {python} was killed: it took longer than 0.5 s."
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_the_limit_is_given_on() -> None:
    limits: list[float] = []

    async def run(argv: Sequence[str], environment: Mapping[str, str], seconds: float) -> int:
        limits.append(seconds)
        return -9

    assert await run_command("x", ROW, run=run) == "The command x was killed by signal 9."
    assert limits == [60.0]
