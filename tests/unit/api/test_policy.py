"""What is retried, when, and how often in total."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vasttui.api.operations import OPERATIONS, Operation
from vasttui.api.outcome import Fate, Outcome, outcome_of
from vasttui.api.policy import LONGEST_WAIT, RetryBudget, may_repeat, pause
from vasttui.errors import (
    AnswerTooLarge,
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    RateLimited,
    ReadOnlyRefused,
    Redirected,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    TlsError,
    VastError,
)

READ = OPERATIONS["account"]
WRITE = Operation(name="rent", method="PUT", path="/asks/{id}/")

FATES: list[tuple[VastError, Fate, bool]] = [
    (NetworkError("x"), Fate.NOT_SENT, True),
    (TlsError("x"), Fate.NOT_SENT, False),
    (ReadOnlyRefused("x"), Fate.NOT_SENT, True),
    (BrokenAnswer("x"), Fate.UNKNOWN, True),
    (ServiceDown("x", status=503), Fate.UNKNOWN, True),
    (AnswerTooLarge("x"), Fate.UNKNOWN, False),
    (Redirected("x"), Fate.UNKNOWN, False),
    (Rejected("x", status=400), Fate.REJECTED, False),
    (AuthRejected("x", status=401), Fate.REJECTED, False),
    (NotFound("x", status=404), Fate.REJECTED, False),
    (RateLimited("x"), Fate.THROTTLED, True),
    (RateLimited("x", retry_after=LONGEST_WAIT), Fate.THROTTLED, True),
    (RateLimited("x", retry_after=LONGEST_WAIT + 1), Fate.THROTTLED, False),
    (SearchQuotaExceeded("x"), Fate.THROTTLED, False),
]


@pytest.mark.parametrize(("error", "fate", "again"), FATES)
def test_the_fate_of_a_read_says_whether_it_goes_again(
    error: VastError, fate: Fate, again: bool
) -> None:
    outcome = outcome_of(error)
    assert outcome.fate is fate
    assert may_repeat(READ, outcome) is again
    with pytest.raises(type(error)):
        outcome.unwrap()


@pytest.mark.parametrize("error", [error for error, _, _ in FATES])
def test_a_write_never_goes_again_by_itself(error: VastError) -> None:
    assert not may_repeat(WRITE, outcome_of(error))


def test_every_operation_that_changes_something_is_sent_once() -> None:
    for operation in OPERATIONS.values():
        changed = replace(operation, repeat=False)
        assert not may_repeat(changed, outcome_of(BrokenAnswer("x")))


def test_an_answer_is_never_asked_for_again() -> None:
    outcome = Outcome(Fate.OK, {"id": 1}, status=200)
    assert outcome.unwrap() == {"id": 1}
    assert not may_repeat(READ, outcome)


def test_the_status_is_part_of_the_outcome() -> None:
    assert outcome_of(ServiceDown("x", status=502)).status == 502
    assert outcome_of(Rejected("x", status=400)).status == 400
    assert outcome_of(NetworkError("x")).status is None


@given(st.integers(1, 50), st.randoms(use_true_random=False))
def test_pauses_are_random_up_to_a_bound_that_doubles(tries: int, rng: random.Random) -> None:
    seconds = pause(tries, outcome_of(BrokenAnswer("x")), rng)
    assert 0 <= seconds <= min(8.0, 0.25 * 2 ** (tries - 1))


def test_pauses_use_the_whole_range() -> None:
    rng = random.Random(3)
    found = [pause(3, outcome_of(BrokenAnswer("x")), rng) for _ in range(200)]
    assert min(found) < 0.1
    assert max(found) > 0.9


@given(st.integers(1, 5), st.floats(0, 5), st.randoms(use_true_random=False))
def test_a_pause_is_never_shorter_than_asked_for(
    tries: int, asked: float, rng: random.Random
) -> None:
    assert pause(tries, outcome_of(RateLimited("x", retry_after=asked)), rng) >= asked


def test_the_budget_is_shared_and_comes_back_slowly() -> None:
    budget = RetryBudget()
    assert [budget.spend() for _ in range(11)] == [True] * 10 + [False]
    for _ in range(9):
        budget.succeeded()
    assert not budget.spend()
    budget.succeeded()
    budget.succeeded()
    assert budget.spend()


def test_the_budget_never_grows_past_its_size() -> None:
    budget = RetryBudget()
    for _ in range(500):
        budget.succeeded()
    assert sum(budget.spend() for _ in range(50)) == 10
