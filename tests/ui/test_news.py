"""News: how long they stand, and what is kept until it is read."""

from __future__ import annotations

from vasttui.ui.news import News, NewsDesk


def test_news_stand_from_when_they_can_be_seen() -> None:
    desk = NewsDesk()
    desk.add(News(0.0, "Saved."))
    assert desk.standing(50.0, covered=True) is not None
    assert desk.standing(100.0) is not None  # first seen now
    assert desk.standing(109.9) is not None
    assert desk.standing(110.0) is None


def test_the_newest_stands_and_all_are_remembered() -> None:
    desk = NewsDesk()
    desk.add(News(0.0, "One."))
    desk.add(News(1.0, "Two.", timeout=3.0))
    standing = desk.standing(0.0)
    assert standing is not None
    assert standing.text == "Two."
    assert desk.standing(3.0) is None
    assert [one.text for one in desk.recent] == ["One.", "Two."]


def test_a_failure_is_kept_until_it_is_read() -> None:
    desk = NewsDesk()
    desk.add(News(0.0, "Fine."))
    desk.add(News(1.0, "Broken.", "error"))
    (kept,) = desk.unread
    desk.read(kept)
    assert desk.unread == []
    assert desk.standing(2.0) is None


def test_the_same_failure_again_counts_and_takes_no_second_line() -> None:
    desk = NewsDesk()
    for at in range(3):
        desk.add(News(at, "Broken.", "error"))
    desk.add(News(4.0, "Other.", "error"))
    assert [(one.text, one.times) for one in desk.unread] == [("Broken.", 3), ("Other.", 1)]
    assert desk.unread[0].line.plain == " ✖ Broken. (3×)"


def test_lines_are_one_line() -> None:
    assert News(0.0, "One.\nTwo.").line.plain == " · One. Two."
