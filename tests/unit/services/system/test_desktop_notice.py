"""Desktop notices: the right sequence, and nothing hostile in it."""

from __future__ import annotations

import pytest

from vasttui.services.system.desktop_notice import NoticeStyle, notice_sequence

XTERM = {"TERM": "xterm-256color"}
HOSTILE = "a\x1b]0;owned\x07b\x9cc\x1b\\d\n4;3;50\x00\u202ee"


@pytest.mark.parametrize(
    ("style", "environment", "sequence"),
    [
        ("auto", XTERM, "\x1b]9;vasttui: train-a outbid\x07"),
        ("auto", {"TERM": "foot"}, "\x1b]777;notify;vasttui;train-a outbid\x07"),
        ("auto", {**XTERM, "VTE_VERSION": "7600"}, "\x1b]777;notify;vasttui;train-a outbid\x07"),
        ("osc777", XTERM, "\x1b]777;notify;vasttui;train-a outbid\x07"),
        ("osc9", {"TERM": "foot"}, "\x1b]9;vasttui: train-a outbid\x07"),
        ("off", XTERM, ""),
        ("auto", {"TERM": "linux"}, ""),
        ("auto", {"TERM": "dumb"}, ""),
        ("auto", {}, ""),
        (
            "auto",
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux"},
            "\x1bPtmux;\x1b\x1b]9;vasttui: train-a outbid\x07\x1b\\",
        ),
        ("osc9", {"TERM": "screen", "STY": "1"}, "\x1bP\x1b]9;vasttui: train-a outbid\x07\x1b\\"),
    ],
)
def test_each_terminal_gets_what_it_knows(
    style: NoticeStyle, environment: dict[str, str], sequence: str
) -> None:
    assert notice_sequence("train-a outbid", style, environment) == sequence


@pytest.mark.parametrize("style", ["osc9", "osc777"])
def test_hostile_text_cannot_leave_the_sequence(style: NoticeStyle) -> None:
    sequence = notice_sequence(HOSTILE, style, XTERM)
    inside = sequence.removeprefix("\x1b]").removesuffix("\x07")
    assert inside.isprintable()
    fixed = 1 if style == "osc9" else 3
    assert inside.count(";") == fixed  # no further parameters


def test_it_is_short_and_never_empty() -> None:
    assert len(notice_sequence("x" * 10_000, "osc9", XTERM)) < 240
    assert notice_sequence("\u200b \n", "osc9", XTERM) == ""
