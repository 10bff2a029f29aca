"""What the palette can do that has no key of its own, such as "disk 200" or "sort by price"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from msgspec import structs
from textual.screen import Screen

from vasttui.models.search import SearchOptions
from vasttui.ui.app.palette import PaletteEntry
from vasttui.ui.context import AppContext
from vasttui.ui.format import plain_number
from vasttui.ui.lists.screen import ListScreen
from vasttui.ui.offers.filter_form import AMOUNTS, RENTALS, TRUSTS, amount_problem
from vasttui.ui.offers.flows import OfferDialogs
from vasttui.ui.offers.screen import OffersScreen
from vasttui.ui.themes import THEMES

_AMOUNT = re.compile(r"(disk|traffic|down|up|hours?)\s*=?\s*([\d.]+)\s*(gb?|h)?", re.IGNORECASE)
_AMOUNT_OF = {"disk": "disk", "traffic": "down", "down": "down", "up": "up"}
_WORDS = {"bid": ("spot", "interruptible", "bid"), "on-demand": ("ondemand",)}


@dataclass(frozen=True, slots=True)
class Intention:
    """An entry of the palette, and what it does."""

    entry: PaletteEntry
    do: Callable[[], None]


def intentions(app: AppContext, screen: Screen[Any]) -> Iterator[Intention]:
    """All that can be done on this screen."""
    if isinstance(screen, ListScreen):
        yield from _orders(screen)
    offers = _offers(app)
    yield from _switches(app, offers)
    yield from _views(app, offers)
    yield from _instances(app)
    for theme in THEMES:
        look = "dark" if theme.dark else "light"
        entry = PaletteEntry(f"theme {theme.name}", f"Theme: {look}", "", "Everywhere")
        yield Intention(entry, partial(app.use_theme, theme.name))


def _offers(app: AppContext) -> OffersScreen:
    return cast(OffersScreen, app.get_screen("offers"))


def _there(app: AppContext, offers: OffersScreen, do: Callable[[], None]) -> None:
    """Do something to the offers, and show them."""
    if app.current_mode != "offers" or len(app.screen_stack) > 1:
        app.show_offers(offers.bar.text)
    do()


def amount(app: AppContext, typed: str) -> Intention | None:
    """What "disk 200" or "hours 24" stands for: the planned use that prices are computed for."""
    found = _AMOUNT.fullmatch(typed)
    if found is None:
        return None
    name = _AMOUNT_OF.get(found[1].lower(), "hours")
    known = next(one for one in AMOUNTS if one.key == f"usage_{name}")
    if amount_problem(known, found[2]):
        return None
    value = float(found[2])
    offers = _offers(app)
    choice = offers.browse.choice
    usage = structs.replace(choice.usage, **{name: value})
    about = f"Price offers for {known.label.lower()}: {plain_number(value)} {known.unit}"
    entry = PaletteEntry(f"amount {name}", about, "", "Offers")
    do = partial(offers.choice_made, structs.replace(choice, usage=usage))
    return Intention(entry, partial(_there, app, offers, do))


def _orders(screen: ListScreen[Any]) -> Iterator[Intention]:
    for column in screen.resource.columns:
        if column.value is not None:
            about = f"Sort by {column.title}: {column.about}"
            words = (f"sort by {column.key}", column.key)
            entry = PaletteEntry(f"sort {column.key}", about, "", "Table", words=words)
            yield Intention(entry, partial(_sort, screen, column.key))


def _sort(screen: ListScreen[Any], key: str) -> None:
    screen.browse.sort_by(key)
    screen.sorted()


def _switches(app: AppContext, offers: OffersScreen) -> Iterator[Intention]:
    def switch(about: str, **changed: Any) -> Intention:
        choice: SearchOptions = structs.replace(offers.browse.choice, **changed)
        (value,) = changed.values()
        entry = PaletteEntry(f"show {value}", about, "", "Offers", words=_WORDS.get(value, ()))
        return Intention(entry, partial(_there, app, offers, partial(offers.choice_made, choice)))

    for value, label in RENTALS:
        yield switch(f"Show {label} offers", rental=value)
    for value, label in TRUSTS:
        yield switch(f"Show {label} hosts", trust=value)


def _views(app: AppContext, offers: OffersScreen) -> Iterator[Intention]:
    for view in app.session.views.all():
        entry = PaletteEntry(f"view {view.name}", f"View: {view.name}", "", "Offers")
        do = partial(OfferDialogs(offers).open, view)
        yield Intention(entry, partial(_there, app, offers, do))


def _instances(app: AppContext) -> Iterator[Intention]:
    for row in app.fleet.rows:
        name = str(row.id) if app.private else row.instance.full_name
        gpus = f"{row.instance.num_gpus or '?'}× {row.instance.gpu_name or '?'}"
        about = "•••" if app.private else f"{name}, {gpus}, {row.phase.value}"
        entry = PaletteEntry(f"instance {row.id}", f"Go to {about}", "", "Instances")
        yield Intention(entry, partial(_go_to, app, row.id))


def _go_to(app: AppContext, instance_id: int) -> None:
    app.newest_instance = instance_id
    app.go("instances")
