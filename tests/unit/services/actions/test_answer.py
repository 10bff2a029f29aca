"""What the answer to an action means while an earlier request may have taken effect."""

from __future__ import annotations

import pytest

from vasttui.api.outcome import Fate, outcome_of
from vasttui.errors import NetworkError, RateLimited, VastError
from vasttui.services.actions.answer import interpret
from vasttui.services.actions.kinds import STOP
from vasttui.services.actions.state import Step


@pytest.mark.parametrize("error", [NetworkError("No network."), RateLimited("Slow down.")])
def test_a_request_that_did_nothing_says_nothing_about_the_one_before(error: VastError) -> None:
    outcome = outcome_of(error)
    doubted = interpret(outcome, STOP, doubted=True)
    assert (doubted.step, doubted.fate) == (Step.CHECKING, Fate.UNKNOWN)
    assert doubted.sentence == f"{error} Checking whether the first request took effect"
    alone = interpret(outcome, STOP, doubted=False)
    assert (alone.step, alone.fate) == (Step.REFUSED, outcome.fate)
    assert "nothing was changed" in alone.sentence
