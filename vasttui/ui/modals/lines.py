"""Lines that lay themselves out for the width they are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from vasttui.ui.format import fit

GAP = 2


class ByWidth(Visual):
    """A visual whose content is made for each width it is drawn in."""

    def __init__(self, make: Callable[[int], Content]) -> None:
        self._make = make
        self._made: tuple[int, Content] | None = None

    def content(self, width: int) -> Content:
        """What is drawn in that many cells."""
        if self._made is None or self._made[0] != width:
            self._made = (width, self._make(width))
        return self._made[1]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        return self.content(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.content(width).get_height(rules, width) if width > 0 else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line, `width` cells wide; of width 0 it takes what the others leave.

    It is left out of lines narrower than `above`.
    """

    text: Content
    width: int = 0
    right: bool = False
    above: int = 0


def row(*cells: Cell) -> ByWidth:
    """A line of cells side by side."""
    return ByWidth(lambda width: lay_out(cells, width))


def lay_out(cells: Sequence[Cell], width: int) -> Content:
    """The cells in exactly `width` cells of the screen, those too long cut with an ellipsis."""
    shown = [cell for cell in cells if width >= cell.above]
    fixed = sum(cell.width for cell in shown) + GAP * (len(shown) - 1)
    flexible = sum(1 for cell in shown if cell.width == 0)
    rest = max(1, (width - fixed) // flexible) if flexible else 0
    parts = [fit_content(cell.text, cell.width or rest, right=cell.right) for cell in shown]
    return Content(" " * GAP).join(parts).truncate(width)


def fit_content(text: Content, width: int, *, right: bool = False) -> Content:
    """`text` on one line of exactly `width` cells."""
    short = text.first_line.truncate(width, ellipsis=True)
    blanks = " " * (width - short.cell_length)
    return Content.assemble(blanks, short) if right else Content.assemble(short, blanks)


def hanging(name: str, text: str, room: int, width: int) -> Content:
    """A muted name and a text that wraps beside it, or below it where there is little room."""
    if width < 50:
        return Content.assemble((name, "$text-muted"), f"  {text}")
    lines = Content(text).wrap(max(1, width - room))
    head = Content.styled(fit(name, room), "$text-muted")
    blanks = " " * room
    return Content("\n").join(
        Content.assemble(blanks if at else head, line.rstrip()) for at, line in enumerate(lines)
    )


def rule(title: str, width: int) -> Content:
    """A headline with a line that fills the width."""
    head = Content.styled(title, "bold $text-accent")
    dashes = "─" * max(0, width - head.cell_length - 1)
    return Content.assemble(head, " ", (dashes, "$border-blurred"))
