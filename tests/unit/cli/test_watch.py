"""`vasttui watch`: what it prints, what it runs, and how it ends."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
from pathlib import Path

import pytest

from tests.support.offer_rows import row
from vasttui.cli import main
from vasttui.cli.signals import until_signal
from vasttui.cli.watching import Watching
from vasttui.clock import VirtualClock
from vasttui.errors import AuthRejected, NetworkError, SearchQuotaExceeded, VastError
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.search import SearchOptions
from vasttui.services.watches.look import Look, Wanted

DOWN = NetworkError("The service was not reached.")
Captured = pytest.CaptureFixture[str]


def at(number: int, price: float) -> PricedOffer:
    return row(Usage(), id=number, dph_base=price, storage_cost=0.0)


class Watched:
    """A watch of these looks in turn, the last one for ever, for prices below a dollar."""

    def __init__(self, *looks: dict[int, float] | VastError, goes_well: bool = True) -> None:
        self.clock, self.said, self.found = VirtualClock(), list[str](), list[tuple[int, float]]()
        self._looks, self._goes_well, self.count = looks, goes_well, 0
        self._watching = Watching(
            self._look, self._report, clock=self.clock, rng=random.Random(1), tell=self.said.append
        )

    async def _look(self) -> Look:
        result = self._looks[min(self.count, len(self._looks) - 1)]
        self.count += 1
        if isinstance(result, VastError):
            raise result
        rows = sorted((at(*one) for one in result.items()), key=lambda one: one.price)
        return Look(Wanted("", SearchOptions(), 1.0), tuple(rows))

    async def _report(self, row: PricedOffer) -> bool:
        self.found.append((row.offer.id, row.price))
        return self._goes_well

    async def until(self, seconds: float | None, *, once: bool = False) -> int:
        return await self._watching.until(seconds, every=60.0, once=once)


async def test_each_offer_comes_once_and_again_when_it_is_cheaper() -> None:
    watch = Watched({1: 0.5, 2: 2.0}, {1: 0.5, 2: 0.9}, {1: 0.6, 2: 0.9}, {1: 0.4})
    assert await watch.until(200) == 4
    assert watch.found == [(1, 0.5), (2, 0.9), (1, 0.4)]
    assert (watch.count, watch.clock.monotonic()) == (5, 200.0)


async def test_once_ends_with_the_cheapest_and_says_whether_its_command_failed() -> None:
    watch = Watched({}, {2: 0.9, 1: 0.5})
    assert await watch.until(None, once=True) == 0
    assert watch.found == [(1, 0.5)]
    assert watch.said[0] == "vasttui: no offer matches the filter"
    assert await Watched({1: 0.5}, goes_well=False).until(None, once=True) == 8


async def test_a_broken_network_and_a_used_up_quota_are_outlasted_and_said() -> None:
    watch = Watched(DOWN, DOWN, {1: 0.5})
    assert await watch.until(None, once=True) == 0
    assert all("The service was not reached. Next try in " in line for line in watch.said[:-1])
    assert watch.clock.monotonic() >= 2.0
    resets_at = watch.clock.now() + 7_200
    watch = Watched(
        SearchQuotaExceeded("The daily quota is used up.", resets_at=resets_at), {1: 0.5}
    )
    assert await watch.until(None, once=True) == 0
    assert watch.said[0].endswith("The daily quota is used up. Next try in 2h00m.")
    assert watch.count == 2
    watch = Watched({}, DOWN)
    assert await watch.until(61) == 4
    assert watch.said[-1].endswith("The service was not reached. Next try in 1s.")
    with pytest.raises(NetworkError):
        await Watched(DOWN).until(0)
    with pytest.raises(AuthRejected):
        await Watched(AuthRejected("Refused.", status=401)).until(None)


def test_a_match_is_a_line_and_its_command_has_the_offer_without_a_shell(
    capfd: pytest.CaptureFixture[str],
) -> None:
    search = ["gpu:4090 n=1", "--hosts", "any"]
    assert main(["--demo", "offers", *search, "--json", "--limit", "1"]) == 0
    [lowest] = json.loads(capfd.readouterr().out)
    limit = str(lowest["eff"])
    words = ["--demo", "watch", *search, "--max-price", limit, "--once", "--timeout", "0"]
    script = 'printf "%s|" "$@"; env | grep ^VASTTUI_'
    command = ["sh", "-c", script, "-", "$HOME; {id}", "--", "--exec"]
    assert main([*words, "--exec", *command]) == 0
    out, err = capfd.readouterr()
    [line] = out.splitlines()
    found = json.loads(line)
    assert found["id"] == lowest["id"]
    assert found["eff"] == lowest["eff"]
    assert f"$HOME; {found['id']}|--|--exec|" in err
    environ = dict(re.findall(r"(VASTTUI_\w+)=(.*)", err))
    assert environ["VASTTUI_OFFER_ID"] == str(found["id"])
    assert environ["VASTTUI_WATCH"] == "gpu:4090 n=1"
    assert float(environ["VASTTUI_PRICE"]) == pytest.approx(found["eff"], abs=1e-6)
    assert "\nvasttui: looked at " in err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("gpu:4090 --max-price 0.001", 4, "looked at "),
        ("gpu:4090 --once --exec false", 8, "The command false failed with exit code 1."),
        ("gpu:4090 --exec no-such-program", 2, "no-such-program is no program"),
        ("gpu:4090 --exec=false --once", 8, "The command false failed with exit code 1."),
        ("--exec=false --once -- -cc:US", 8, "The command false failed with exit code 1."),
        ("gpu:4090 --once --exec-timeout 0.1 --exec sleep 50", 8, "was killed: it took longer"),
        ("gpu:4090 --exec", 2, "The command names no program."),
        ("gpu_nam=x", 2, "unknown field gpu_nam"),
        ("-- -cc:US", 4, "looked at "),
        ("gpu:zzz", 4, "no offer can match, as with a GPU that the market does not have"),
    ],
)
def test_the_code_says_why_it_ended(words: str, code: int, sentence: str, capsys: Captured) -> None:
    assert main(["--demo", "watch", "--timeout", "0", *words.split()]) == code
    assert sentence in capsys.readouterr().err


def test_a_quoted_command_is_taken_apart_but_not_by_a_shell(
    capfd: pytest.CaptureFixture[str],
) -> None:
    words = ["--demo", "watch", "gpu:4090", "--once", "--timeout", "0", "--exec"]
    assert main([*words, "printf '%s|' '$HOME;' \"a b\" {id}"]) == 0
    out, err = capfd.readouterr()
    assert f"$HOME;|a b|{json.loads(out)['id']}|" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_it_after_it_has_cleaned_up(number: signal.Signals) -> None:
    cleaned = []

    async def work() -> int:
        signal.raise_signal(number)
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)
        return 0

    assert await until_signal(work()) == 128 + number
    assert cleaned == [True]


def test_the_command_under_way_ends_with_it(tmp_path: Path, capsys: Captured) -> None:
    script = f"echo $$ >{tmp_path}/pid; kill -TERM $PPID; exec sleep 50"
    words = ["--demo", "--offers", "50", "watch", "n=1", "--timeout", "20", "--exec", "sh", "-c"]
    assert main([*words, script]) == 128 + signal.SIGTERM
    assert "Traceback" not in capsys.readouterr().err
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()
