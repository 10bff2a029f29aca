"""Lines that are longer than their room."""

from __future__ import annotations

import pytest
from textual.content import Content

from vasttui.ui.lines import cut

COST = "Cost     $0.267 GPU + $0.020 disk = $0.287/h now · stopped $0.020/h · spent at most $2.30"
HOST = "SSH is unavailable while the host is offline: wait until it is back."


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        (COST, 100, COST),
        (COST, 80, "Cost     $0.267 GPU + $0.020 disk = $0.287/h now · stopped $0.020/h …"),
        (COST, 60, "Cost     $0.267 GPU + $0.020 disk = $0.287/h now …"),
        (HOST, 60, "SSH is unavailable while the host is offline …"),
        ("370 offers, 0s ago. Next refresh in 29s (p pauses)", 45,
         "370 offers, 0s ago. Next refresh in 29s …"),
        ("one two three four", 12, "one two …"),
        ("aVeryLongWordWithoutAnyEnd", 12, "aVeryLongWo…"),
        ("名前 · 名前名前名前名前", 14, "名前 · 名前 …"),
    ],
)  # fmt: skip
def test_a_line_is_cut_where_a_part_ends(text: str, width: int, shown: str) -> None:
    line = cut(Content(text), width)
    assert line.plain == shown
    assert line.cell_length <= width


@pytest.mark.parametrize("width", range(0, 90, 3))
def test_a_cut_line_never_needs_more_room(width: int) -> None:
    assert cut(Content(COST), width).cell_length <= width
