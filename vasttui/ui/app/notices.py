"""How the program speaks: on the status line of every screen, and rarely over everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import structs
from msgspec.structs import replace
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen
from textual.signal import Signal

from vasttui.services.system.desktop_notice import notice_sequence
from vasttui.ui.context import AppContext
from vasttui.ui.format import HIDDEN
from vasttui.ui.news import News, NewsDesk

if TYPE_CHECKING:
    from vasttui.services.fleet.alerts import Alert

_TOAST = 20.0
_ALERT = 60.0


class Notices(AppContext):
    """`notify` is what screens, dialogs and Textual itself call."""

    def __init__(self) -> None:
        super().__init__()
        self.news = NewsDesk()
        self.news_changed: Signal[News] = Signal(self, "news-changed")

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say it on the status line; never as markup."""
        text = f"{title}: {message}" if title else message
        self.say(News(self.session.clock.now(), text, severity, timeout=timeout))

    def say(self, news: News) -> None:
        self.news.add(news)
        self.news_changed.publish(news)
        if isinstance(self.screen, ModalScreen):  # it may cover the status line
            # start-up: there is no dialog before the first frame
            from vasttui.ui.modals.frame import Dialog

            if isinstance(self.screen, Dialog) and self.screen.is_mounted:
                self.screen.note(news.line.plain.strip())

    def warn(self, sentences: Iterable[str]) -> None:
        """Say what is wrong with this run; the inbox keeps it until it is read."""
        for sentence in sentences:
            self.say(News(self.session.clock.now(), sentence, "error", lasting=True))

    def say_while(self, holds: Callable[[], bool], text: str) -> None:
        self.say(News(self.session.clock.now(), text, holds=holds))

    def alert(self, alerts: Sequence[Alert], *, bell: bool = True, desktop: bool = True) -> None:
        how = self.session.alerting
        told = [one for one in alerts if one.kind in how.kinds]
        if self.private:
            told = [replace(one, name=HIDDEN) if one.name else one for one in told]
        if not told:
            return
        text = told[0].whole if len(told) == 1 else ", ".join(one.short for one in told)
        if how.status:
            good = all(one.kind in ("ready", "offers") for one in told)
            severity: SeverityLevel = "information" if good else "warning"
            news = News(self.session.clock.now(), text, severity, timeout=_ALERT)
            money = all(one.kind == "money" for one in told)
            self.say(structs.replace(news, holds=self._is_short) if money else news)
        if self.terminal_user is not None or self._driver is None:
            return  # the terminal is another program's
        if how.bell and bell:
            self.bell()
        if desktop:
            notice = notice_sequence(self.discreet(text), how.desktop, how.environment)
            self._driver.write(notice)

    def _is_short(self) -> bool:
        # start-up: no money was read before the first frame
        from vasttui.models.inbox import money_items

        return bool(money_items(self.fleet.account, self.fleet.burn))

    def toast(self, text: str, title: str) -> None:
        super().notify(
            self.discreet(text), title=title, severity="error", timeout=_TOAST, markup=False
        )
