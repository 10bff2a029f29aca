"""Two places on one screen that tell the same age, or count down to the same, tell it alike."""

from __future__ import annotations

import re

import pytest

from tests.support.stage import stage

FAILS = ["http:503"] * 60
KEYS = ("/", "e", "escape", "down", "p", "p", "P", "P", "right", "R", "tab", "!", "escape")


@pytest.mark.parametrize(
    ("place", "operation", "before"),
    [("1", "search", 3), ("1", "search", 0), ("2", "instances", 3), ("6", "account_keys", 0)],
)
async def test_at_any_moment_and_whatever_draws_one_of_them(
    place: str, operation: str, before: int
) -> None:
    faults = {operation: ["ok"] * before + FAILS}
    ages, waits = set(), set()
    async with stage(faults=faults, ready=False) as running:
        await running.until(lambda: running.app.fleet.account is not None, step=0.5)
        await running.press(place, "r")
        await running.until(lambda: "Next try" in running.text, step=0.5)
        for number in range(24):
            running.clock.advance(0.23)
            await running.pause(0.07)
            if number % 2 == 0:
                await running.press(KEYS[number // 2 % len(KEYS)])
            told = set(re.findall(r"(?:✖ \w+ |so )(\d+s)\b", running.text))
            next_try = set(re.findall(r"Next try in (\d+s)", running.text))
            assert len(told) < 2, running.text
            assert len(next_try) < 2, running.text
            ages |= told
            waits |= next_try
    assert len(ages | waits) > 2


async def test_a_pause_while_readings_fail_is_told_and_holds_from_the_next_good_one() -> None:
    faults = {"instances": ["ok"] * 3 + ["http:503"] * 4}
    async with stage(size=(140, 40), faults=faults, ready=False) as running:
        await running.until(lambda: running.app.fleet.account is not None, step=0.5)
        await running.press("2")
        await running.until(lambda: "Next try" in running.text, step=0.5)
        assert "Then it pauses" not in running.text
        await running.press("p")
        assert "Then it pauses: p resumes." in running.text
        await running.until(lambda: "Paused, " in running.text, step=0.5)
        assert running.app.fleet.error is None
