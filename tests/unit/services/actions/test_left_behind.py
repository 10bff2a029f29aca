"""Rows of the journal that another run of the program left behind."""

from __future__ import annotations

import pytest

from tests.support.fleet_rows import fleet_of, fleet_row
from vasttui.services.actions.kinds import JOURNALED
from vasttui.services.actions.left_behind import outcome_of
from vasttui.services.actions.state import Step
from vasttui.store.intent import SENT, Intent


@pytest.mark.parametrize("target", ["47x11", "", "0", "-7"])
@pytest.mark.parametrize("kind", JOURNALED)
def test_a_row_that_names_no_instance_says_nothing_of_any(kind: str, target: str) -> None:
    state = outcome_of(Intent(1, kind, target, SENT), fleet_of(fleet_row()), mine=True)
    assert state.step is Step.UNKNOWN
    assert "does not say which instance" in state.sentence
