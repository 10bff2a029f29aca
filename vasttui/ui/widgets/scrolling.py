"""The arithmetic of a list that scrolls."""

from __future__ import annotations


def keep_in_view(top: int, cursor: int, page: int, total: int) -> int:
    """The first row to show so that `cursor` is in view, as near to `top` as possible."""
    top = max(cursor - page + 1, min(top, cursor))
    return max(0, min(top, total - page))


def thumb(top: int, page: int, total: int) -> tuple[int, int]:
    """Where the thumb of the scroll bar starts and how long it is; (0, 0) when all is in view."""
    if total <= page:
        return 0, 0
    length = max(1, page * page // total)
    start = round(top * (page - length) / (total - page))
    return start, length
