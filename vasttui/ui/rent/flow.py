"""Renting an offer: what the dialog is given, and what is done with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import READ_ONLY, VastError
from vasttui.models.money import PricedOffer, price_offer
from vasttui.models.offer import Offer
from vasttui.models.rent import RentOrder
from vasttui.models.rent_body import rent_command
from vasttui.models.rent_checks import MOST_SCRIPT
from vasttui.models.search import SearchOptions
from vasttui.services.renting.rental import RentState, RentStep
from vasttui.services.ssh.local_keys import find_local_keys, fingerprint
from vasttui.ui.copying import copy_and_show
from vasttui.ui.format import plain_number
from vasttui.ui.modals.text import TextModal
from vasttui.ui.rent.dialog import GONE, News, RentDesk, RentModal
from vasttui.ui.rent.fields import RentKey
from vasttui.ui.rent.form import BID, ON_DEMAND, Typed
from vasttui.ui.rent.lines import Wallet, nearest
from vasttui.ui.rent.templates import TemplateChoice

if TYPE_CHECKING:
    from vasttui.state.rent_memory import Remembered
    from vasttui.ui.context import AppContext

_NEWS = {
    RentStep.REFUSED: News.REFUSED,
    RentStep.NOT_SENT: News.REFUSED,
    RentStep.SENDING: News.GOING,
    RentStep.WAITING: News.WAITING,
    RentStep.LOOKING: News.GOING,
    RentStep.WATCHING: News.GOING,
}
"""Every other step has an instance to show."""


class RentFlow:
    """One visit to the rent dialog."""

    def __init__(self, app: AppContext, rows: Callable[[], Sequence[PricedOffer]]) -> None:
        """`rows` are the offers of the market, to find another one among."""
        self._app = app
        self._rows = rows
        self._intent: int | None = None

    async def rent(self, offer: Offer, choice: SearchOptions) -> None:
        """Until an instance is there, or the user leaves."""
        live = self._app.live
        if live is None or not self._may_rent():
            return
        memory = self._app.session.rent_memory
        last = memory.last()
        template = last.template if last is not None else None
        typed = self._start(last, choice)
        desk = self._desk(offer, choice)
        await self._app.push_screen_wait(RentModal(offer, typed, template, desk))

    def _may_rent(self) -> bool:
        context = self._app
        why = ""
        if context.session.read_only:
            why = READ_ONLY
        elif not context.signed_in:
            key = context.keymap.spelled("app.key")
            why = f"Renting needs an API key: {key} adds one."
        if why:
            self._app.notify(why, severity="warning", markup=False)
        return not why

    def _start(self, last: Remembered | None, choice: SearchOptions) -> Typed:
        """What the dialog begins with: the disk and the type that the prices are shown for."""
        typed = Typed() if last is None else replace(Typed(), **last.fields)
        if last is not None and last.template is not None:
            typed = replace(typed, template=last.template.hash_id)
        rental = BID if choice.rental == "bid" else ON_DEMAND
        disk = max(choice.usage.disk, 8.0)
        return replace(typed, disk=plain_number(disk), rental=rental, label="")

    def _follow(self, modal: RentModal) -> None:
        def follow(state: RentState) -> None:
            if state.ask != modal.offer.id or not modal.sent:
                return
            self._intent = state.intent
            if state.offer_gone:
                modal.tell(News.GONE, GONE)
            else:
                modal.tell(_NEWS.get(state.step, News.MADE), state.sentence)

        self._app.rent_changed.subscribe(modal, follow)

    def _desk(self, offer: Offer, choice: SearchOptions) -> RentDesk:
        context, session = self._app, self._app.session
        live = context.live
        assert live is not None

        async def recheck(ask: int, disk: float, bid: bool) -> Offer | None:
            assert context.live is not None
            return await context.live.api.offers.get(ask, disk=disk, bid=bid)

        def wallet() -> Wallet:
            account = context.fleet.account
            return Wallet(account.credit if account is not None else None, context.fleet.burn)

        def like(gone: Offer, price: float) -> list[PricedOffer]:
            rental = price_offer(gone, choice.usage, choice.rental)
            return nearest(self._rows(), gone, rental.price if price == 0 else price)

        def remembered(hash_id: str) -> Typed | None:
            known = session.rent_memory.of(hash_id)
            if known is None:
                return None
            return replace(Typed(template=hash_id), **known.fields)

        return RentDesk(
            now=session.clock.now,
            clock=session.clock.monotonic,
            usage=choice.usage,
            wallet=wallet,
            recheck=recheck,
            templates=live.api.templates.search,
            keys=self._keys,
            script=_script,
            nearest=like,
            remembered=remembered,
            rent=self._rent,
            command=self._command,
            follow=self._follow,
            stop_waiting=self._stop_waiting,
        )

    def _rent(self, order: RentOrder, typed: Typed, template: TemplateChoice) -> None:
        fields = {name: value for name, value in asdict(typed).items() if isinstance(value, str)}
        self._app.session.rent_memory.keep(fields, template.template)
        self._app.rent(order)

    def _stop_waiting(self) -> None:
        if self._intent is not None:
            self._app.give_up(self._intent)

    async def _command(self, order: RentOrder) -> None:
        text = rent_command(order.request)
        lines = [
            Content(text), Content(""),
            Content.styled("What may be secret is written as ***.", "$text-muted"),
        ]  # fmt: skip
        if await self._app.push_screen_wait(TextModal("The same with the official client", lines)):
            await copy_and_show(self._app, self._app.session.clipboard, text)

    async def _keys(self) -> tuple[list[RentKey], str]:
        """The keys of this computer and of the account, and what could not be read."""
        live, folder = self._app.live, self._app.session.ssh.folder
        assert live is not None
        problem = ""
        try:
            account = await live.api.ssh_keys.list()
        except VastError as error:
            account, problem = (), f"The account's keys could not be read: {error}"
        local = await asyncio.to_thread(find_local_keys, folder) if folder is not None else None
        here = local.keys if local is not None else ()
        known = {key.blob for key in account}
        choices = [
            RentKey(one.key, one.name, one.fingerprint, one.usable, one.key.blob in known)
            for one in here
        ]
        blobs = {one.key.blob for one in here}
        choices += [
            RentKey(key, key.comment or "unnamed", fingerprint(key.text), False, True)
            for key in account
            if key.blob not in blobs
        ]
        if not choices and not problem:
            key = self._app.keymap.spelled("instances.attach")
            problem = "There is none on the account" + (
                ", and none of your files are read in the demo."
                if folder is None
                else f" nor on this computer: {key} on an instance makes one."
            )
        return choices, problem


async def _script(path: str) -> str:
    """What an on-start file holds. Raises VastError."""
    try:
        data = await asyncio.to_thread(_first_bytes, path)
        text = data.decode()
    except (OSError, RuntimeError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise VastError(f"{path} cannot be read: {reason}.") from None
    if len(data) > MOST_SCRIPT:
        raise VastError(f"{path} is longer than {MOST_SCRIPT} bytes.")
    return text


def _first_bytes(path: str) -> bytes:
    with Path(path).expanduser().open("rb") as stream:
        return stream.read(MOST_SCRIPT + 1)
