"""When a timer is due, in words, and which times Vast.ai's scheduler can do."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from vasttui.models.timer_time import after_hours, at_clock, local_words, refusal, utc_words

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
NOW = 1_790_080_380.0
"""Tuesday, 22 Sep 2026, 14:33 in Berlin, 12:33 UTC."""
AT_18 = 1_790_092_800.0


def test_a_clock_time_is_the_next_one() -> None:
    assert at_clock("18:00", NOW, BERLIN) == AT_18
    assert at_clock(" 2:00 ", NOW, BERLIN) == AT_18 + 8 * 3600
    assert at_clock("14:33", NOW, BERLIN) == NOW + 86_400
    for wrong in ("", "24:00", "18", "18:60", "soon", "18:00:00"):
        assert at_clock(wrong, NOW, BERLIN) is None


def test_an_hour_that_a_change_of_the_clocks_repeats_comes_twice() -> None:
    first = 1_792_890_000.0  # 25 Oct 2026, 03:00 summer time = 01:00 UTC; at 02:30 twice
    assert at_clock("02:30", first - 7200, BERLIN) == first - 1800
    assert at_clock("02:30", first - 1200, BERLIN) == first + 1800


def test_hours_from_now() -> None:
    assert after_hours("8", NOW) == NOW + 8 * 3600
    assert after_hours("0.5", NOW) == NOW + 1800
    for wrong in ("", "0", "-1", "nan", "inf", "1e9", "eight"):
        assert after_hours(wrong, NOW) is None


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (0, "today 18:00"), (8, "tomorrow 02:00"), (-24, "yesterday 18:00"), (24 * 6, "Mon 18:00"),
        (24 * 7, "29 Sep 18:00"), (-48, "20 Sep 18:00"),
    ],
)  # fmt: skip
def test_local_time_in_words(after: int, words: str) -> None:
    assert local_words(AT_18 + after * 3600, NOW, BERLIN) == words


def test_the_hour_in_utc() -> None:
    assert utc_words(AT_18) == "16:00 UTC"


def test_a_full_hour_within_a_week_can_be_done() -> None:
    assert refusal(AT_18, NOW, None, BERLIN) is None
    assert refusal(AT_18, NOW, AT_18 + 1, BERLIN) is None
    assert refusal(AT_18, AT_18 - 300, None, BERLIN) is None
    last = 1_790_078_400.0 + 7 * 86_400 - 3600  # the hour before the one that runs, in a week
    assert refusal(last, NOW, None, BERLIN) is None


@pytest.mark.parametrize(
    ("at", "now", "ends", "text", "choices"),
    [
        (AT_18 + 900, NOW, None, "Vast.ai can only do full hours: 18:00 or 19:00?",
         (AT_18, AT_18 + 3600)),
        (AT_18 + 900, AT_18 - 60, None, "Vast.ai can only do full hours: 19:00?",
         (AT_18 + 3600,)),
        (AT_18 + 900, NOW, AT_18 + 1800, "Vast.ai can only do full hours: 18:00?", (AT_18,)),
        (AT_18 + 900, AT_18 - 60, AT_18 + 1800,
         "Vast.ai can only do full hours, and there is none that it could do.", ()),
        (AT_18, AT_18 - 250, None,
         "18:00 is in 4 min: too soon to be read back in time. 19:00, or from inside.",
         (AT_18 + 3600,)),
        (AT_18, AT_18 - 30, AT_18 + 60,
         "18:00 is in less than a minute: too soon to be read back in time. From inside.", ()),
        (AT_18, AT_18, None, "18:00 is over.", ()),
        (AT_18, NOW, AT_18, "The contract ends before that.", ()),
        (AT_18 + 7 * 86_400, NOW, None,
         "A job can be set for the next 7 days.", ()),
        (AT_18 + 7 * 86_400, NOW, 1_793_404_800.0,
         "A job can be set for the next 7 days. After that only the contract's end, 31 Oct, is "
         "certain.", ()),
        (1_790_078_400.0 + 7 * 86_400, NOW, None,
         "A job can be set for the next 7 days.", ()),
    ],
)  # fmt: skip
def test_what_it_cannot_do_is_said_with_what_it_can(
    at: float, now: float, ends: float | None, text: str, choices: tuple[float, ...]
) -> None:
    found = refusal(at, now, ends, BERLIN)
    assert found is not None
    assert (found.text, found.choices) == (text, choices)


def test_where_hours_are_not_those_of_utc_it_says_which() -> None:
    at = at_clock("21:00", NOW, KOLKATA)
    assert at is not None
    found = refusal(at, NOW, None, KOLKATA)
    assert found is not None
    assert found.text == "Vast.ai can only do full hours of UTC: 20:30 or 21:30?"
    assert refusal(found.choices[0], NOW, None, KOLKATA) is None
