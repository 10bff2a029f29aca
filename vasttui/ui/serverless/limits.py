"""The limits of an endpoint as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vasttui.errors import VastError
from vasttui.models.endpoint_settings import EndpointSettings, limit_from


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of an endpoint: its field, its name on screen, its unit, and what it means, also in a
    few words."""

    key: str
    title: str
    unit: str
    about: str
    short: str


LIMITS = (
    Limit(
        "max_workers",
        "Workers, at most",
        "",
        "max_workers: each may cost the most allowed",
        "at the top price",
    ),
    Limit(
        "cold_workers",
        "Inactive, at least",
        "",
        "cold_workers: they bill their disk",
        "each bills its disk",
    ),
    Limit(
        "cold_mult",
        "In reserve",
        "×",
        "cold_mult: of what is used now, kept inactive",
        "of what is used now",
    ),
    Limit(
        "min_load",
        "Ready, at least",
        "perf/s",
        "min_load, tokens/s for LLMs; 0: all may go",
        "0: all may go",
    ),
    Limit(
        "target_util",
        "Used, at most",
        "%",
        "target_util: above it one more starts",
        "above: one more",
    ),
    Limit(
        "max_queue_time", "Wait, at most", "s", "max_queue_time; empty: 30, the usual", "empty: 30"
    ),
    Limit(
        "target_queue_time",
        "Wait, wished",
        "s",
        "target_queue_time; empty: 10, the usual",
        "empty: 10",
    ),
    Limit(
        "inactivity_timeout",
        "Off when idle for",
        "s",
        "inactivity_timeout; empty: up to Vast.ai; 0, −1: not",
        "0, −1: not",
    ),
)
_PERCENT = "target_util"


def hint_of(limit: Limit, room: int) -> str:
    """The unit, and what it means, in a few words if need be, if that fits whole into so many
    cells."""
    forms = (f"{limit.unit:8}{words}" for words in (limit.about, limit.short))
    return next((words for words in forms if len(words) <= room), limit.unit)


def typed_of(settings: EndpointSettings) -> dict[str, str]:
    """The limits as they stand in the form."""
    return {one.key: _typed(one.key, getattr(settings, one.key)) for one in LIMITS}


def _typed(key: str, value: float | None) -> str:
    if value is None:
        return ""
    return f"{round(value * 100, 6) if key == _PERCENT else value:.10g}"


def read_limits(
    typed: Mapping[str, str], base: EndpointSettings
) -> tuple[EndpointSettings, dict[str, str]]:
    """The settings with these limits, and what is wrong by field: that stays as in `base`. What
    was not changed stays exactly as it is."""
    before = typed_of(base)
    found: dict[str, float | int | None] = {}
    wrong = {}
    for one in LIMITS:
        text = typed[one.key].strip().replace("−", "-")
        if text == before[one.key]:
            continue
        try:
            found[one.key] = _value(one.key, text)
        except VastError as error:
            wrong[one.key] = f"{error}"
    return replace(base, **found), wrong  # type: ignore[arg-type]


def _value(key: str, text: str) -> float | int | None:
    if key != _PERCENT:
        return limit_from(key, text)
    percent = limit_from("min_load", text)
    if percent is None or not 0 < percent <= 100:
        raise VastError("Needs % above 0, at most 100.")
    return round(percent / 100, 8)
