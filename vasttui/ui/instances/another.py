"""Another machine for an instance that does not work: destroy it, avoid its machine, and rent the
next best offer with everything as it was. Each step is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import structs
from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.instance import Instance
from vasttui.models.money import PricedOffer, Usage
from vasttui.models.remake import LaunchSettings
from vasttui.models.search import SearchOptions
from vasttui.services.actions import kinds
from vasttui.services.actions.state import Step
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.watches.look import Wanted, look
from vasttui.ui.context import AppContext
from vasttui.ui.instances.destroy_dialog import DestroyModal
from vasttui.ui.instances.fitting_keys import NOTHING_WRONG, trouble_in
from vasttui.ui.instances.flows import when_it_is_destroyed
from vasttui.ui.lists.machine_marks import set_avoided
from vasttui.ui.modals.working import work_behind
from vasttui.ui.rent.as_it_was import as_it_was, not_known
from vasttui.ui.rent.flow import RentFlow
from vasttui.words import UNKNOWN, per_hour

_ALIKE = 0.1
"""The part by which the memory of a GPU may differ."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done: why, on which machine, and with which settings elsewhere."""

    row: FleetRow
    trouble: str
    settings: LaunchSettings
    options: SearchOptions
    best: PricedOffer | None
    unsure: str = ""
    """Why the next best offer is not known; empty if it is, or if there is none."""


class AnotherMachine:
    """One visit."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    async def run(self, row: FleetRow) -> None:
        """Ask, destroy, avoid, and open the rent dialog. Nothing is rented by itself."""
        live, trouble = self._app.live, trouble_in(self._app, row)
        if live is None or not trouble:
            self._app.notify(f"{row.instance.name}: {NOTHING_WRONG}.", markup=False)
            return
        title = f"Another machine for {self._app.fleet.called(row)}"
        try:
            job = self._plan(row, trouble)
            text = "Reading its settings, and looking for the next best offer…"
            plan, waited = await work_behind(self._app, title, text, job)
        except VastError as error:
            said = f"{error.sentence} Nothing was destroyed."
            self._app.notify(said, title=title, severity="error", markup=False)
            return
        if waited and await self._is_meant(title, plan):
            await self._do(title, plan)

    async def _plan(self, row: FleetRow, trouble: str) -> Plan:
        live = self._app.live
        assert live is not None
        settings = await live.api.instances.settings(row.id)
        if settings is None:
            raise VastError("It no longer exists.")
        options = _options(self._app.session.choice_now, row.instance)
        best, unsure = None, ""
        try:
            best = await self._next_best(row.instance, options)
        except VastError as error:
            unsure = error.sentence
        return Plan(row, trouble, settings, options, best, unsure)

    async def _next_best(self, instance: Instance, options: SearchOptions) -> PricedOffer | None:
        """The cheapest offer of the same GPUs on a machine that is not avoided."""
        live, session = self._app.live, self._app.session
        assert live is not None
        own = frozenset() if instance.machine_id is None else frozenset({instance.machine_id})
        found = await look(
            live.api.offers, Wanted(_filter(instance), options), self._app.gpu_names,
            session.clock.now(), avoided=session.preferences.current.avoided | own,
        )  # fmt: skip
        return next((row for row in found.rows if _is_alike(row, instance)), None)

    async def _is_meant(self, title: str, plan: Plan) -> bool:
        live, now = self._app.live, self._app.session.clock.now()
        modal = AnotherModal(
            plan, title, now, self._app.hide_words,
            deposit=live.api.deposits.get if live is not None else None,
            volumes=self._app.fleet.volumes_of,
            timers=when_it_is_destroyed(self._app, [plan.row]),
        )  # fmt: skip
        choice = await self._app.push_screen_wait(modal)
        if choice == "stop":
            self._app.act(kinds.STOP, [plan.row])
        return choice == "destroy"

    async def _do(self, title: str, plan: Plan) -> None:
        job = self._app.acted(kinds.DESTROY, [plan.row])
        text = "Destroying it; the rent dialog opens when it is no longer listed."
        states, waited = await work_behind(self._app, title, text, job)
        if not all(state.step is Step.DONE for state in states):
            return  # how it ended is said already: nothing is rented in its place
        self._avoid(plan)
        if not waited:
            return
        if plan.best is None:
            self._app.show_offers(_filter(plan.row.instance))
            return
        flow = RentFlow(self._app, lambda: self._rows(plan), plan.options)
        await flow.run(plan.best.offer, as_it_was(plan.row.instance, plan.settings))

    def _rows(self, plan: Plan) -> Sequence[PricedOffer]:
        return () if plan.best is None else (plan.best,)

    def _avoid(self, plan: Plan) -> None:
        machine = plan.row.instance.machine_id
        if machine is None:
            return
        set_avoided(self._app, machine, plan.trouble)
        self._app.notify(f"Machine {machine}: avoided ({plan.trouble}).", markup=False)


class AnotherModal(DestroyModal):
    """The destroy dialog, with what comes after."""

    def __init__(
        self,
        plan: Plan,
        title: str,
        now: float,
        hide: Callable[[str], str] | None,
        **known: object,
    ) -> None:
        super().__init__([plan.row], now, hide, **known)  # type: ignore[arg-type]
        self._plan = plan
        self.heading = Content(title)

    def lines(self) -> list[Content]:
        return [*super().lines(), Content(""), *map(Content, then_words(self._plan))]


def then_words(plan: Plan) -> list[str]:
    """What happens after it is destroyed, a sentence a line."""
    machine = plan.row.instance.machine_id
    avoided = "" if machine is None else f"Its machine {machine} is avoided from then on: "
    lines = [f"{avoided}{plan.trouble}." if avoided else f"It is {plan.trouble}."]
    best = plan.best
    if best is not None:
        where = best.offer.country or "country unknown"
        price = per_hour(best.eff) if best.eff is not None else UNKNOWN
        lines.append(
            f"Then the rent dialog opens, with everything as it was, on {best.offer.num_gpus}× "
            f"{best.offer.gpu_name}, {where}, machine {best.offer.machine_id or UNKNOWN}, {price} "
            "all-in."
        )
    elif plan.unsure:
        lines.append(f"The next best offer is not known: {plan.unsure} The offers are shown then.")
    else:
        lines.append("There is no offer like it now: the offers are shown then.")
    return lines + not_known(plan.row.instance, plan.settings)


def _filter(instance: Instance) -> str:
    return f'gpu:"{instance.gpu_name or ""}" n={instance.num_gpus or 1}'


def _is_alike(row: PricedOffer, instance: Instance) -> bool:
    offer, ram = row.offer, instance.gpu_ram
    same = (offer.gpu_name, offer.num_gpus) == (instance.gpu_name, instance.num_gpus)
    if not same or ram is None or offer.gpu_ram is None:
        return same
    return abs(offer.gpu_ram - ram) <= _ALIKE * ram


def _options(choice: SearchOptions, instance: Instance) -> SearchOptions:
    """The user's switches, for its disk and type of rental."""
    usage: Usage = structs.replace(choice.usage, disk=instance.disk_space or choice.usage.disk)
    return structs.replace(choice, usage=usage, rental="bid" if instance.is_bid else "on-demand")
