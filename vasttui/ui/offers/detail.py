"""The details of one offer, as lines for the pane under or beside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.models.money import PricedOffer, Usage, cost
from vasttui.models.money import RentalType as Rental
from vasttui.models.offer import AS_SENT, Offer, vram_gb
from vasttui.models.place import place_words
from vasttui.models.search import SearchOptions
from vasttui.ui.format import (
    HIDDEN,
    PRIVATE_FIELDS,
    count,
    decimal,
    gigabytes,
    percent,
    span,
    speed,
    whole,
)
from vasttui.ui.lines import first_fit
from vasttui.ui.lists.facts import fact_line, in_room, raw_lines
from vasttui.ui.offers.columns import OfferCells
from vasttui.words import UNKNOWN, money, per_gb, per_hour

if TYPE_CHECKING:
    from vasttui.models.past_price import PastPrices
    from vasttui.services.memory.market_figures import FiguresOfMarket

AboutMachine = Callable[[PricedOffer, bool], list[Content]]

_REMEMBERED = 4
"""Lines of the tab Machine before that of its price."""

TABS = ("Cost", "Machine", "Prices", "Host", "Net", "Raw")


class OfferDetail:
    """Turns an offer into lines; knows what the user intends to use it for."""

    def __init__(self, cells: OfferCells) -> None:
        self._cells = cells
        self.usage = Usage()
        self.rental: Rental = "on-demand"
        self.about_machine: AboutMachine = lambda row, whole: []
        """The lines of the tab Machine."""
        self.past: Callable[[PricedOffer], PastPrices | None] = lambda row: None
        self.spell: Callable[[str], str] = lambda action_id: ""
        self.figures: Callable[[], FiguresOfMarket | None] = lambda: None
        self.demo = self.plain = False
        self.room = 0
        """Lines of the pane; 0 where there is no end."""

    def know(self, choice: SearchOptions) -> None:
        """Learn the switches."""
        self.usage, self.rental = choice.usage, choice.rental

    def title(self, row: PricedOffer, width: int = 200) -> Content:
        """What this offer is, for a border of `width` cells."""
        offer = row.offer
        hidden = self._cells.private
        star = " ★" if offer.machine_id in self._cells.starred else ""
        where = " ".join(part for part in (offer.region, offer.country) if part)
        vram = f" {vram_gb(offer.gpu_ram)} GB" if offer.gpu_ram is not None else ""
        parts = [
            f"offer {HIDDEN if hidden else offer.id}",
            f"machine {HIDDEN if hidden else offer.machine_id or UNKNOWN}{star}",
            f"host {HIDDEN if hidden else offer.host_id or UNKNOWN}",
            where or "location unknown",
        ]
        parts.insert(0, f"{offer.num_gpus}× {offer.gpu_name}{vram}")
        forms = (Content(" · ".join(parts[:count])) for count in range(len(parts), 0, -1))
        return first_fit(width, *forms)

    def lines(
        self, tab: str, row: PricedOffer, width: int, *, whole: bool = False
    ) -> list[Content]:
        """All lines of a tab; the pane shows as many as it has room for. The `whole` is for where
        there is all the room."""
        if tab == "Machine":
            return self._machine(row, whole=whole)
        if tab == "Raw":
            hidden = PRIVATE_FIELDS if self._cells.private else ()
            return raw_lines(row.offer, width, hidden, AS_SENT)
        if tab == "Prices":
            return self._prices(row, width)
        return {"Cost": self._cost, "Host": self._host, "Net": self._net}[tab](row)

    def _machine(self, row: PricedOffer, *, whole: bool) -> list[Content]:
        # start-up: see below
        from vasttui.ui.offers.price_lines import price_brief

        lines = self.about_machine(row, whole)
        if len(lines) < _REMEMBERED:
            return lines
        price = fact_line("Price", price_brief(self.past(row), demo=self.demo))
        return [*lines[:_REMEMBERED], price, *lines[_REMEMBERED:]]

    def _prices(self, row: PricedOffer, width: int) -> list[Content]:
        # start-up: the plot and what it needs take 5 ms to import
        from vasttui.ui.offers.price_lines import PriceView, market_words, price_lines

        zoom, longer, shorter = map(self.spell, ("list.zoom", "range.longer", "range.shorter"))
        view = PriceView(
            self.rental,
            width,
            self.room,
            zoom,
            longer,
            shorter,
            self.demo,
            market_words(self.figures(), row.offer.gpu_name),
            self.plain,
        )
        return price_lines(row, self.past(row), view)

    def everything(self, row: PricedOffer, width: int, height: int) -> list[Content]:
        """All tabs one below the other, for a pane that is tall enough. What is in words takes as
        many of the `height` lines as it needs, before every field as it is."""
        *tabs, raw = ([*self._under(tab, row, width), Content("")] for tab in TABS)
        words = [line for lines in tabs for line in lines]
        return [*in_room(words, width, height), *raw]

    def _under(self, tab: str, row: PricedOffer, width: int) -> list[Content]:
        return [Content.styled(tab, "bold $text-accent"), *self.lines(tab, row, width)]

    def _cost(self, row: PricedOffer) -> list[Content]:
        offer, usage = row.offer, self.usage
        price = cost(offer, usage, self.rental)
        gpu = per_hour(price.gpu, up=self.rental == "bid")
        kind = {"bid": " at the minimum bid", "reserved": " prepaid"}.get(self.rental, "")
        disk = f"{usage.disk:g} GB × {per_gb(offer.storage_cost)}/GB/month"
        lines = [
            _pair("GPU", f"{gpu}{kind}{_per_gpu(gpu, offer.num_gpus)}"),
            _pair(
                "Disk",
                f"{disk} = {per_hour(price.disk)}",
                f"stopped, too: {money(price.disk * 24)}/day",
            ),
            self._traffic(offer, price.traffic),
            _pair(
                "Total",
                f"{usage.hours:g} h = {money(price.total)} → {per_hour(price.effective)} all-in",
            ),
            self._contract(offer),
        ]
        if offer.disk_space is not None and usage.disk > offer.disk_space:
            lines[1] = _pair("Disk", f"this host has only {whole(offer.disk_space)} GB free")
        return lines

    def _host(self, row: PricedOffer) -> list[Content]:
        offer = row.offer
        flags = ", ".join(self._cells.flag_words(row)) or "none"
        trust = offer.verification or UNKNOWN
        place = "datacenter" if offer.datacenter else "not a datacenter"
        if offer.hosting_type is None:
            place = "datacenter unknown"
        return [
            _pair(
                "CPU",
                f"{offer.cpu_name or UNKNOWN} · {speed(offer.cpu_cores_effective)} of "
                f"{speed(offer.cpu_cores)} threads · {decimal(offer.cpu_ghz)} GHz",
            ),
            _pair(
                "Memory",
                f"{gigabytes(offer.ram_share)} of {gigabytes(offer.cpu_ram)} GB · board "
                f"{offer.mobo_name or UNKNOWN} · PCIe {decimal(offer.pci_gen, 0)} "
                f"{decimal(offer.pcie_bw)} GB/s",
            ),
            _pair(
                "Disk",
                f"{offer.disk_name or UNKNOWN} · {whole(offer.disk_space)} GB free · "
                f"{speed(offer.disk_bw)} MB/s",
            ),
            _pair(
                "System",
                f"CUDA {decimal(offer.cuda_max_good)} · driver {offer.driver_version or UNKNOWN} · "
                f"Ubuntu {offer.os_version or UNKNOWN} · {offer.cpu_arch or UNKNOWN}",
            ),
            _pair(
                "Trust",
                f"{trust} · {percent(offer.reliability)} % reliable · {place} · flags: {flags}",
            ),
        ]

    def _net(self, row: PricedOffer) -> list[Content]:
        offer = row.offer
        address = HIDDEN if self._cells.private else offer.public_ipaddr or UNKNOWN
        static = {True: "static", False: "may change"}.get(bool(offer.static_ip), UNKNOWN)
        pull = span(10 * 8_000 / offer.inet_down) if offer.inet_down else UNKNOWN
        return [
            _pair("Speed", f"↓ {speed(offer.inet_down)} ↑ {speed(offer.inet_up)} Mb/s"),
            _pair(
                "Price",
                f"↓ {per_gb(offer.inet_down_cost)}/GB ↑ {per_gb(offer.inet_up_cost)}/GB "
                "(traffic is billed separately)",
            ),
            _pair(
                "Address",
                f"{address} · {static if offer.static_ip is not None else UNKNOWN} · "
                f"{count(offer.direct_port_count)} ports",
            ),
            _pair("Image", f"a 10 GB image downloads in about {pull}"),
            _pair("Place", place_words(offer.geolocation) or UNKNOWN),
        ]

    def _traffic(self, offer: Offer, dollars: float | None) -> Content:
        down = f"{self.usage.down:g} GB ↓ × {per_gb(offer.inet_down_cost)}/GB"
        up = f"{self.usage.up:g} GB ↑ × {per_gb(offer.inet_up_cost)}/GB"
        return _pair("Traffic", f"{down} + {up} = {money(dollars)}, once")

    def _contract(self, offer: Offer) -> Content:
        left = None if offer.end_date is None else offer.end_date - self._cells.now()
        discount = offer.credit_discount_max
        reserved = f" · prepaid up to {discount * 100:.0f} % off" if discount else ""
        return _pair(
            "Contract",
            f"ends in {span(left)} · minimum bid {self._least(offer)}{reserved}",
        )

    def _least(self, offer: Offer) -> str:
        """The minimum bid: rounded up, but then not above what it costs on demand."""
        least, full = offer.min_bid, offer.dph_base
        if self.rental == "bid" or least is None or least > full:
            return per_hour(least, up=True)
        if _number(per_hour(least, up=True)) > _number(per_hour(full)):
            return f"{per_hour(full)}, as on demand"
        return per_hour(least, up=True)


def _per_gpu(price: str, gpus: int) -> str:
    """A price as shown, as a product: with the decimals that it takes."""
    whole = _number(price)
    for digits in (3, 4, 5):
        part = f"{whole / max(1, gpus):.{digits}f}"
        if gpus > 1 and abs(float(part) * gpus - whole) < 1e-9:
            return f" = {gpus} × ${part}/h"
    return f" ≈ {gpus} × {per_hour(whole / gpus)}" if gpus > 1 else ""


def _number(price: str) -> float:
    """The figure of a price as from `per_hour`."""
    return float(price.strip("$/h").replace(",", ""))


def _pair(name: str, text: str, aside: str = "") -> Content:
    line = fact_line(name, text)
    return Content.assemble(line, "   ", (aside, "$text-warning")) if aside else line
