from __future__ import annotations

import random

import pytest

from vasttui.errors import (
    AuthRejected,
    HeldBack,
    NetworkError,
    PermissionDenied,
    RateLimited,
    Rejected,
    SearchQuotaExceeded,
    TwoFactorRequired,
    VastError,
)
from vasttui.services.backoff import retry_in, stops_everything

NOW = 1_790_000_000.0


def waits(error: VastError, failures: int) -> list[float]:
    rng = random.Random(1)
    found = [retry_in(error, failures, rng, NOW) for _ in range(300)]
    return [one for one in found if one is not None]


@pytest.mark.parametrize(("failures", "most"), [(1, 4), (2, 8), (3, 16), (5, 60), (500, 60)])
def test_the_wait_is_spread_over_a_span_that_doubles_up_to_a_minute(
    failures: int, most: float
) -> None:
    found = waits(NetworkError("no route"), failures)
    assert min(found) >= 1.0
    assert 0.9 * most < max(found) <= most
    assert min(found) < most / 3


def test_the_services_own_word_counts_for_more() -> None:
    assert set(waits(RateLimited("slow down", retry_after=300.0), 1)) == {300.0}
    assert max(waits(RateLimited("slow down"), 1)) <= 4.0
    assert min(waits(RateLimited("slow down", retry_after=0.0), 1)) >= 1.0


def test_the_quota_is_waited_for_to_the_second() -> None:
    assert set(waits(SearchQuotaExceeded("used up", resets_at=NOW + 5_000), 9)) == {5_000.0}
    assert set(waits(SearchQuotaExceeded("used up", resets_at=NOW - 5), 9)) == {1.0}
    assert set(waits(SearchQuotaExceeded("used up"), 1)) == {3_600.0}


def test_what_was_held_back_is_tried_when_the_service_is() -> None:
    assert set(waits(HeldBack("down", seconds=47.0), 9)) == {47.0}
    assert set(waits(HeldBack("down", seconds=0.1), 1)) == {1.0}


def test_a_refused_key_is_left_to_the_user() -> None:
    for kind in (AuthRejected, TwoFactorRequired):
        assert retry_in(kind("no", status=401), 1, random.Random(1), NOW) is None
    assert retry_in(PermissionDenied("no", status=403), 1, random.Random(1), NOW) is not None


def test_limits_and_a_refused_key_stop_every_search_other_failures_one() -> None:
    assert stops_everything(RateLimited("slow down"))
    assert stops_everything(SearchQuotaExceeded("used up"))
    assert stops_everything(AuthRejected("no", status=401))
    assert not stops_everything(NetworkError("no route"))
    assert not stops_everything(Rejected("no", status=400))
    assert not stops_everything(None)
