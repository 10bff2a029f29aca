"""One tree of expected failures."""

from __future__ import annotations

import inspect

import pytest

from vasttui import errors
from vasttui.errors import (
    AuthRejected,
    NetworkError,
    QueryError,
    RateLimited,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    TlsError,
    VastError,
)


def test_every_error_can_be_caught_as_one() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert len(kinds) > 15
    assert all(issubclass(kind, VastError) for kind in kinds)


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (TlsError("no"), NetworkError),
        (AuthRejected("no", status=401), Rejected),
        (SearchQuotaExceeded("no"), RateLimited),
    ],
)
def test_narrow_failures_are_kinds_of_wide_ones(error: VastError, parent: type) -> None:
    assert isinstance(error, parent)


def test_an_error_is_its_sentence_and_keeps_its_hint() -> None:
    error = VastError("The key was refused.", hint="Make a new one.")
    assert (str(error), error.hint) == ("The key was refused.", "Make a new one.")


def test_details_come_with_the_error() -> None:
    assert (QueryError("?", start=3, end=7).start, QueryError("?", start=3, end=7).end) == (3, 7)
    assert ServiceDown("down", status=503).status == 503
    limited = RateLimited("slow down", retry_after=4.5)
    assert (limited.status, limited.retry_after) == (429, 4.5)
    quota = SearchQuotaExceeded("used up", resets_at=9.0)
    assert (quota.code, quota.resets_at) == ("search_quota_exceeded", 9.0)


def test_a_sentence_has_the_hint_where_there_is_one() -> None:
    assert VastError("It failed.").sentence == "It failed."
    assert VastError("It failed.", hint="Try again.").sentence == "It failed. Try again."
