"""Fewer bytes, and the same picture: what a terminal shows of a frame before and after."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char

from vasttui.ui.terminal.frames import shortened

_SIZE = 12, 4
_COLOUR = st.sampled_from(
    ["", "31", "97", "38;2;9;8;7", "38;2;9;8;6", "38;5;200", "44", "107", "48;2;1;2;3", "48;5;17"]
)
_STYLE = st.lists(st.one_of(_COLOUR, st.sampled_from(["1", "3", "4", "7", "9"])), max_size=4)
_TEXT = st.text("ab ─", max_size=5)
_RUN = st.builds(
    lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text,
    _STYLE.map(lambda codes: ";".join(filter(None, codes))), _TEXT,
)  # fmt: skip
_LINE = st.tuples(st.integers(1, 12), st.lists(_RUN, max_size=6))


def picture(text: str) -> list[list[Char]]:
    """What a terminal shows; the colour of a letter that is not there does not count."""
    screen = pyte.Screen(*_SIZE)
    screen.reset_mode(pyte.modes.DECAWM)
    pyte.Stream(screen).feed(text)
    return [[_seen(screen.buffer[y][x]) for x in range(_SIZE[0])] for y in range(_SIZE[1])]


def _seen(cell: Char) -> Char:
    hidden = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
    return cell._replace(fg="default") if hidden else cell


@given(st.lists(_LINE, min_size=1, max_size=_SIZE[1]))
def test_a_shortened_frame_draws_the_same_and_leaves_no_style(
    lines: list[tuple[int, list[str]]],
) -> None:
    frame = "\n".join(f"\x1b[{y};{x}H{''.join(runs)}" for y, (x, runs) in enumerate(lines, 1))
    short = shortened(frame)
    after = "\x1b[1;1Hx"
    assert picture(short + after) == picture(frame + after)
    assert len(short) <= len(frame)


def test_a_style_in_force_is_not_said_again() -> None:
    red, green = "38;2;255;0;0;48;2;0;0;0", "38;2;0;255;0;48;2;0;0;0"
    frame = (
        f"\x1b[1;1H\x1b[{red}mone\x1b[0m\x1b[{red}mtwo\x1b[0m\x1b[{green}m   \x1b[0m"
        f"\x1b[{green}mthree\x1b[0m\n\x1b[2;1H\x1b[1;{green}mfour\x1b[0m\x1b[{red}m5\x1b[0m\x1b[9;9H"
    )
    assert shortened(frame) == (
        f"\x1b[1;1H\x1b[{red}monetwo   \x1b[38;2;0;255;0mthree"
        f"\x1b[2;1H\x1b[1mfour\x1b[0;{red}m5\x1b[9;9H\x1b[0m"
    )


def test_links_and_what_has_no_style_are_left_as_they_are() -> None:
    link = "\x1b]8;id=1;https://vast.ai\x1b\\\x1b[4mhere\x1b[0m\x1b]8;;\x1b\\"
    frame = f"\x1b[1;1H\x1b[31mred\x1b[0mplain{link}\x1b[3;3H"
    assert shortened(frame) == (
        "\x1b[1;1H\x1b[31mred\x1b[0mplain\x1b]8;id=1;https://vast.ai\x1b\\\x1b[4mhere"
        "\x1b[0m\x1b]8;;\x1b\\\x1b[3;3H"
    )
