"""The rent dialog opens as it stays: nothing in it moves once it is seen."""

from __future__ import annotations

from collections import defaultdict
from unittest.mock import patch

import pytest

from tests.support.stage import stage
from vasttui.ui.modals.form_row import FormRow


@pytest.mark.parametrize("size", [(140, 40), (120, 36), (100, 30), (80, 24)])
async def test_inputs_and_units_stand_where_they_stay(size: tuple[int, int]) -> None:
    places, render = defaultdict[str, set[tuple[int, int]]](set), FormRow.render

    def drawn(row: FormRow) -> object:
        places[row.key].add((row.size.width, row.entry.styles.margin.right))
        return render(row)

    with patch.object(FormRow, "render", drawn):
        async with stage(size=size) as running:
            await running.press("n")
            await running.pause(2)
    assert len(places) > 5
    assert {key: len(found) for key, found in places.items()} == dict.fromkeys(places, 1)
