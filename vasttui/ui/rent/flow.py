"""Renting an offer: opens the dialog, and does what the dialog asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from vasttui.errors import VastError
from vasttui.models.money import PricedOffer, RentalType, Usage, price_offer, price_offers
from vasttui.models.offer import Offer
from vasttui.models.rent import RentOrder
from vasttui.models.rent_body import rent_command
from vasttui.models.rent_checks import LEAST_DISK
from vasttui.models.search import SearchOptions
from vasttui.models.template import Template
from vasttui.services.ssh.key_ring import KeyRing, read_ring
from vasttui.services.templates import TemplateShelf
from vasttui.ui.context import AppContext
from vasttui.ui.format import plain_number
from vasttui.ui.modals.command import show_command
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.rent.from_template import with_template, with_usual_launch
from vasttui.ui.rent.lines import Wallet, nearest, wallet_of
from vasttui.ui.rent.pick_volume import choose_volume, volume_problem, volume_words
from vasttui.ui.rent.typed import BID, ON_DEMAND, Typed

if TYPE_CHECKING:
    from vasttui.ui.client import Client


class RentFlow:
    """One visit to the rent dialog, and what the dialog asks of the program."""

    def __init__(
        self,
        app: AppContext,
        rows: Callable[[], Sequence[PricedOffer]],
        search: SearchOptions,
        template: Template | None = None,
    ) -> None:
        """`rows` are the offers of the market, `search` is what they are priced for. The form
        starts with `template`, without one as it was last sent."""
        self.usage: Usage = search.usage
        self._app = app
        self._rows = rows
        self._search, self._template = search, template

    @property
    def listed_reserved(self) -> bool:
        """Whether the list shows the prices of reserved rentals."""
        return self._search.rental == "reserved"

    async def run(self, offer: Offer, like: Typed | None = None) -> None:
        """Until an instance is there, or the user leaves. The form starts `like` that of another
        instance, if there is one."""
        if self._app.live is None or not self._may_rent():
            return
        if like is not None:
            await self._app.push_screen_wait(RentModal(offer, like, None, self))
            return
        typed, template = self._start()
        typed = replace(
            typed,
            template=template.hash_id if template is not None else "",
            disk=plain_number(max(self.usage.disk, LEAST_DISK)),
            rental=BID if self._search.rental == "bid" else ON_DEMAND,
            label="",
        )
        await self._app.push_screen_wait(RentModal(offer, typed, template, self))

    def _start(self) -> tuple[Typed, Template | None]:
        """The form to start with, and its template."""
        last = self._app.session.rent_memory.last()
        typed = Typed() if last is None else replace(Typed(), **last.fields)
        before = last.template if last is not None else None
        if self._template is None:
            return with_usual_launch(typed, before), before
        known = self.remembered(self._template)
        return known or with_template(typed, self._template, before), self._template

    def _may_rent(self) -> bool:
        app = self._app
        if not app.signed_in:
            key = app.keymap.spelled("app.key")
            why = f"Renting needs an API key: {key} adds one."
            app.notify(why, severity="warning", markup=False)
        return app.signed_in

    @property
    def _api(self) -> Client:
        assert self._app.live is not None
        return self._app.live.api

    def wallet(self) -> Wallet:
        """The account's money as it was read last."""
        return wallet_of(self._app)

    async def nearest(self, gone: Offer, price: float, bid: bool) -> list[PricedOffer]:
        """Offers like one that is gone, near that price in $/h; first one of the same machine."""
        try:
            same = await self.same_machine(gone, bid)
        except VastError:
            same = None
        usage = self.usage
        rental: RentalType = "bid" if bid else "on-demand"  # the list may be priced for another
        first = [] if same is None else [price_offer(same, usage, rental)]
        offers = (row.offer for row in self._rows() if same is None or row.offer.id != same.id)
        others = price_offers(offers, usage, rental)
        usual = price_offer(gone, usage, rental).price
        return first + nearest(others, gone, price or usual, 3 - len(first))

    def remembered(self, template: Template) -> Typed | None:
        """The form as it was last sent with this template."""
        known = self._app.session.rent_memory.of(template.hash_id)
        if known is None:
            return None
        return with_usual_launch(
            replace(Typed(template=template.hash_id), **known.fields), template
        )

    async def recheck(self, offer: Offer, bid: bool) -> Offer | None:
        """The offer as it is now, under another id if need be; None when it is gone. Raises
        VastError."""
        found = await self._api.offers.get(offer.id, disk=LEAST_DISK, bid=bid)
        return found if found is not None else await self.same_machine(offer, bid)

    async def same_machine(self, offer: Offer, bid: bool) -> Offer | None:
        """Another offer of as many GPUs of the same machine, the most alike; None when there is
        none. Raises VastError."""
        if offer.machine_id is None:
            return None
        found = await self._api.offers.on_machine(
            offer.machine_id, offer.num_gpus, disk=LEAST_DISK, bid=bid
        )
        others = [one for one in found if one.id != offer.id]
        others.sort(key=lambda one: (one.gpu_name != offer.gpu_name, one.dph_base, one.id))
        return others[0] if others else None

    @property
    def templates(self) -> TemplateShelf:
        """The templates to choose from."""
        assert self._app.live is not None
        return self._app.live.templates

    async def choose_volume(self, text: str, offer: Offer) -> str | None:
        """Ask which volume to rent with, now `text`; None if cancelled."""
        return await choose_volume(self._app, text, offer)

    def volume_words(self, text: str, offer: Offer) -> str:
        """Which volume that is, for the form."""
        return volume_words(text, offer, self._app.fleet.volumes or ())

    async def volume_problem(self, text: str, offer: Offer) -> str:
        """Why the volume cannot be had at this moment; empty if it can, or none is chosen."""
        return await volume_problem(self._app, text, offer)

    async def keys(self) -> KeyRing:
        """The SSH keys of the account and of this computer."""
        ring = await read_ring(self._api.ssh_keys, (), self._app.session.ssh.folder)
        self._app.veil.learn_keys(ring.keys)
        return ring

    async def show_command(self, order: RentOrder) -> None:
        """Show the equivalent command."""
        masked = "Variables, logins and scripts are shown as ***."
        await show_command(self._app, rent_command(order.request), masked)

    def rent(self, order: RentOrder, typed: Typed, template: Template | None) -> None:
        """Send the request, and remember the form. `AppContext.rent_changed` tells of it."""
        fields = {name: value for name, value in asdict(typed).items() if isinstance(value, str)}
        self._app.session.rent_memory.keep(fields, template)
        self._app.rent(order)
