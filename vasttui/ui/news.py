"""What the program says on the status line; what went wrong is kept until it is read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from msgspec import Struct, structs
from textual.content import Content

Severity = Literal["information", "warning", "error"]

_STANDS: dict[Severity, float] = {"information": 10.0, "warning": 30.0, "error": 60.0}

_MARKS: dict[Severity, tuple[str, str]] = {
    "information": ("·", "$text-accent"),
    "warning": ("!", "bold $text-warning"),
    "error": ("✖", "bold $text-error"),
}
_KEPT = 200


class News(Struct, frozen=True):
    """One sentence at `at` (epoch seconds). `details` are what is behind it, for the dialog that
    shows them; `times` is how often it was said. It stands on the status line for `timeout`
    seconds from when it can be seen, or as long as usual, and only while it `holds`. What is
    `lasting`, and no failure of something done, does not come back there."""

    at: float
    text: str
    severity: Severity = "information"
    details: object = None
    times: int = 1
    timeout: float | None = None
    holds: Callable[[], bool] = lambda: True
    lasting: bool = False

    @property
    def stands(self) -> float:
        """Seconds on the status line."""
        return _STANDS[self.severity] if self.timeout is None else self.timeout

    @property
    def line(self) -> Content:
        """The sentence with its mark."""
        mark, style = _MARKS[self.severity]
        again = f" ({self.times}×)" if self.times > 1 else ""
        return Content.assemble((f" {mark} ", style), " ".join(self.text.split()), again)


class NewsDesk:
    """The last news, oldest first, and the failures that nobody has read yet."""

    def __init__(self) -> None:
        self.recent: deque[News] = deque(maxlen=_KEPT)
        self.unread: list[News] = []
        self._standing: News | None = None
        self._until: float | None = None

    def add(self, news: News) -> None:
        """Say it. A failure is unread; said again, it counts as one."""
        self.recent.append(news)
        if news.severity == "error":
            same = [one for one in self.unread if (one.text, one.details) == (news.text, None)]
            news = structs.replace(news, times=1 + sum(one.times for one in same))
            others = [one for one in self.unread if one not in same]
            self.unread = [*others[1 - _KEPT :], news]
        self._standing, self._until = news, None

    def read(self, news: News) -> None:
        """It was read."""
        self.unread = [one for one in self.unread if one is not news]
        if self._standing is news:
            self._standing = None

    def standing(self, now: float, *, covered: bool = False) -> News | None:
        """What was said last, while it is new. `now` is monotonic; unless the status line is
        `covered`, it can be seen from now on."""
        news = self._standing
        if news is None or not news.holds():
            self._standing = None
            return None
        if self._until is None and not covered:
            self._until = now + news.stands
        return news if self._until is None or now < self._until else None
