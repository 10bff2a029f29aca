"""The section strip at each width."""

from __future__ import annotations

import pytest
from textual.content import Content

from vasttui.ui.places import Section
from vasttui.ui.strip import section_strip

OFFERS = ("Offers", "Market", "Templates", "Watches")
ACCOUNT = ("SSH keys", "Variables", "API keys", "Audit", "Profile")
COUNTS = {
    "Offers": "214", "Templates": "41", "Watches": "2",
    "SSH keys": "3", "Variables": "5", "API keys": "2",
}  # fmt: skip


def sections(*titles: str) -> list[Section]:
    return [Section(title.lower(), title, f"app.{title}", "") for title in titles]


def strip(
    titles: tuple[str, ...], here: str, width: int, sentence: Content | None = None
) -> Content:
    counts = {title.lower(): count for title, count in COUNTS.items()}
    return section_strip(sections(*titles), here.lower(), counts, width, sentence=sentence)


DRAWN = """
─ [Offers 214] Market  Templates 41  Watches 2 ─────────────────────────────────────────────────────────────────── tab ─
─ [SSH keys 3] Variables 5  API keys 2  Audit  Profile ─────────────────────────────────────────────────────────── tab ─
─  SSH keys 3 [Variables 5] API keys 2  Audit  Profile ─────────────────────────────────────────────────────────── tab ─
─ [Offers 214] Market  Templates 41  Watches 2 ─────────────────────────── tab ─
─ [SSH keys 3] Variables 5  API keys 2  Audit  Profile ─────────────────── tab ─
─ [Offers 214] Market  Templates 41  Watches 2 ─────── tab ─
─ [SSH keys] Variables  API keys  Audit  Profile ───── tab ─
─ [SSH keys] Variables  API keys  Audit  Profile ───
─  SSH keys  Variables  API keys  Audit [Profile] ──
─ [SSH keys] ───────
─ [Offers 214] ─────────────────────────────────────────────
─────────
""".strip("\n").splitlines()  # noqa: E501


@pytest.mark.parametrize(
    ("titles", "here", "line"),
    [
        (OFFERS, "Offers", 0), (ACCOUNT, "SSH keys", 1), (ACCOUNT, "Variables", 2),
        (OFFERS, "Offers", 3), (ACCOUNT, "SSH keys", 4), (OFFERS, "Offers", 5),
        (ACCOUNT, "SSH keys", 6), (ACCOUNT, "SSH keys", 7), (ACCOUNT, "Profile", 8),
        (ACCOUNT, "SSH keys", 9), (("Offers",), "Offers", 10), (("Offers",), "Offers", 11),
    ],
)  # fmt: skip
def test_as_it_is_drawn(titles: tuple[str, ...], here: str, line: int) -> None:
    assert strip(titles, here, len(DRAWN[line])).plain == DRAWN[line]


@pytest.mark.parametrize("here", ACCOUNT)
def test_at_every_width_it_is_a_whole_line_of_whole_names(here: str) -> None:
    given_up: list[str] = []
    for width in range(120, 20, -1):
        line = strip(ACCOUNT, here, width).plain
        assert len(line) == width
        assert f"[{here}" in line
        assert line.endswith("─ tab ─" if "tab" in line else "─")
        others = [title for title in ACCOUNT if title in line]
        assert others in (list(ACCOUNT), [here])
        for what in ("Variables 5", "tab", "SSH keys"):
            if what not in line and what not in given_up:
                given_up.append(what)
    assert given_up[:2] == ["Variables 5", "tab"]


def test_a_click_goes_there() -> None:
    line = strip(OFFERS, "Offers", 80)
    clicks = [
        (line.plain[span.start : span.end], span.style.meta["@click"])
        for span in line.spans
        if not isinstance(span.style, str) and "@click" in span.style.meta
    ]
    assert (" Market ", "app.go('market')") in clicks
    assert len(clicks) == 4


SENTENCE = " ! Network unreachable since 13:59:02 (8 tries)."


@pytest.mark.parametrize(
    ("width", "expected"),
    [(120, f"─ [Offers] ─{SENTENCE}"), (60, f"─ [Offers] ─{SENTENCE}"), (59, SENTENCE)],
)
def test_while_something_is_wrong_the_names_make_room(width: int, expected: str) -> None:
    assert strip(OFFERS, "Offers", width, Content(SENTENCE)).plain == expected


def test_what_is_no_section_has_a_plain_rule() -> None:
    assert section_strip((), "trial", {}, 9).plain == "─" * 9
    sentence = Content(SENTENCE)
    assert section_strip((), "trial", {}, 99, sentence=sentence).plain == SENTENCE


def test_a_note_leaves_the_names_where_there_is_room() -> None:
    note, found = Content(" filter cleared "), sections(*OFFERS)
    lines = [
        section_strip(found, "offers", {"offers": "214"}, width, note=note).plain
        for width in (80, 55, 40)
    ]
    assert lines == [
        "─ [Offers 214] Market  Templates  Watches ─ filter cleared ",
        "─ [Offers] Market  Templates  Watches ─ filter cleared ",
        "─ [Offers] ─ filter cleared ",
    ]
