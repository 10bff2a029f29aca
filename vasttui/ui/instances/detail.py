"""What there is to say about one instance, in lines."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.content import Content

from vasttui.models.advice import advise, disk_words
from vasttui.models.bill import bill_of
from vasttui.models.connect import port_lines, ssh_command, unmapped_ports
from vasttui.models.instance import Instance
from vasttui.models.place import place_words
from vasttui.models.ssh_address import is_direct_missing, no_address_reason, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.fleet.timeline import Event
from vasttui.ui.context import AppContext
from vasttui.ui.format import (
    HIDDEN,
    PRIVATE_FIELDS,
    count,
    decimal,
    gigabytes,
    percent,
    span,
    spent_words,
)
from vasttui.ui.instances.columns import NONE, gpu_words, state_words
from vasttui.ui.lines import first_fit
from vasttui.ui.lists.facts import NAMES, fact_line, raw_lines
from vasttui.ui.lists.machine_words import machine_brief
from vasttui.ui.reserve.words import contract_words, may_reserve, price_of, reserved_line
from vasttui.ui.sparkline import sparkline
from vasttui.ui.timers.details import short
from vasttui.ui.timers.known import timers_of
from vasttui.words import UNKNOWN, hourly, per_gb, per_hour

GONE = "It is gone: no longer listed."

TABS = ("Overview", "Logs", "Ports", "Raw")

_SECRET = frozenset({"jupyter_token"})


class InstanceDetail:
    """Describes an instance in lines, as the application is now."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._now = app.session.clock.now
        self._spell = app.keymap.spelled

    def title(self, row: FleetRow, width: int) -> Content:
        """What the instance is, for a border of `width` cells."""
        instance = row.instance
        where = f" ({instance.country})" if instance.country else ""
        parts = [
            instance.title or "unlabelled",
            gpu_words(instance),
            f"instance {HIDDEN if self._app.private else instance.id}",
            f"machine {HIDDEN if self._app.private else instance.machine_id or UNKNOWN}{where}",
        ]
        forms = (Content(" · ".join(parts[:count])) for count in range(len(parts), 0, -1))
        return first_fit(width, *forms)

    def heading(self, row: FleetRow) -> Content:
        """Where the user is, which instance it is and its state, for the whole screen's title."""
        number = HIDDEN if self._app.private else str(row.id)
        name = f"{row.instance.title or 'unlabelled'} ({number})"
        words = "✖ gone" if row.gone else state_words(row, self._now())
        return Content.assemble(
            f" {self._spell('app.instances')} Instances › ", (name, "bold"), f"  {words}"
        )

    def lines(self, tab: str, row: FleetRow, width: int) -> list[Content]:
        """All lines of a tab; the pane shows as many as it has room for."""
        if tab == "Ports":
            return self.ports(row)
        if tab == "Raw":
            hidden = _SECRET | (PRIVATE_FIELDS if self._app.private else frozenset())
            return raw_lines(row.instance, width, hidden)
        return self.overview(row, width)

    def overview(self, row: FleetRow, width: int, *, whole: bool = False) -> list[Content]:
        """State, connection, costs, load, image, contract, machine and timers; in the `whole`
        view its deposit, too."""
        deposit = []
        if whole and row.instance.is_reserved and not (row.gone or self._app.private):
            deposit = [fact_line("Reserved", Content(reserved_line(row.instance)))]
        return [
            *self._advice(row),
            self._connect(row),
            self._cost(row),
            *self._volumes(row),
            self.load(row, width),
            self._image(row),
            self._contract(row),
            *deposit,
            self._machine(row),
            *self._timers(row),
        ]

    def _advice(self, row: FleetRow) -> list[Content]:
        """What its state means and what to do; nothing while all is well."""
        advice = advise(row.instance, row.phase, row.since, row.exact, self._now())
        if advice is None or row.gone:
            return []
        style = "bold $text-warning" if advice.urgent else "$text-warning"
        words = state_words(row, self._now()).split(" ", 1)[1]
        usual = f" {advice.usual}" if advice.usual else ""
        lines = [fact_line("State", Content.assemble((words, style), f": {advice.meaning}{usual}"))]
        help_ = self._help(advice.action_id, advice.action_text)
        if advice.cause or help_:
            parts = [part for part in (help_, Content(advice.cause)) if part.plain]
            lines.append(fact_line("", Content(" · ").join(parts)))  # the key first: never cut
        return lines

    def _help(self, action_id: str, text: str) -> Content:
        if not action_id:
            return Content.styled(text, "bold") if text else Content("")
        if self._app.refuses(action_id):
            return Content("")
        return Content.assemble((self._spell(action_id), "bold $text-accent"), f" {text}")

    def _connect(self, row: FleetRow) -> Content:
        if self._app.private:
            return fact_line("Connect", Content(HIDDEN))
        if row.gone:
            return fact_line("Connect", Content.styled(GONE, "$text-muted"))
        way_in = self._app.session.ssh.ways.of(row.id)
        addresses = ssh_addresses(row.instance, way_in) if row.phase is Phase.RUNNING else ()
        if not addresses:
            reason = no_address_reason(row.instance, row.phase)
            return fact_line("Connect", Content.styled(reason, "$text-muted"))
        way = "direct" if addresses[0].direct else "through Vast.ai's proxy"
        if is_direct_missing(row.instance, self._now() - row.since):
            way = "proxy, though direct was asked for"
        keys = [
            (self._spell(f"instances.{name}"), word)
            for name, word in (("copy", "copy"), ("ssh", "open"), ("copy_as", "more"))
        ]
        hint = Content(" · ").join(
            Content.assemble((key, "bold $text-accent"), f" {word}") for key, word in keys
        )
        command = ssh_command(addresses[0], self._app.session.ssh.forwards)
        return fact_line("Connect", Content.assemble((command, "bold"), f"  {way}   ", hint))

    def _cost(self, row: FleetRow) -> Content:
        instance, bill = row.instance, row.bill
        price, disk = price_of(instance), bill_of(instance, Phase.STOPPED).hourly
        now = f"${hourly(bill.gpu)} GPU + ${hourly(bill.disk)} disk = {per_hour(bill.hourly)} now"
        stopped = f" · stopped {per_hour(disk)}" if row.is_running else ""
        runs = row.phase in (Phase.RUNNING, Phase.OUTBID)  # it does not run for a bid that lost
        if not row.gone and not runs and price is not None:
            stopped = f" · running {per_hour(price)}"
        amount = "" if row.spent is None else spent_words(row.spent, self._now())
        # Here, not only as the line is drawn: it may be wrapped before the amount.
        spent = f" · spent {HIDDEN if self._app.private else amount}" if amount else ""
        down, up = per_gb(instance.inet_down_cost), per_gb(instance.inet_up_cost)
        traffic = " · traffic free"
        if instance.bills_traffic:
            traffic = f" · traffic {down} ↓ {up} ↑ per GB"
        return fact_line("Cost", Content.assemble(now, stopped, spent, (traffic, "$text-muted")))

    def _volumes(self, row: FleetRow) -> list[Content]:
        """The volumes it has: their prices are not in its own."""
        known = [] if row.gone else self._app.fleet.volumes_of(row)
        free = ", free while its host is offline" if row.phase is Phase.OFFLINE else ""
        return [
            fact_line("Volume", Content(
                f"{one.name} {count(one.disk_space)} GB, {per_hour(one.storage_total_cost)}, "
                f"billed apart{free}"
            ))
            for one in known
        ]  # fmt: skip

    def load(self, row: FleetRow, width: int) -> Content:
        """Use of GPU, VRAM, CPU, RAM and disk; the recent course of some in what `width` leaves."""
        one, live = row.instance, self._app.live
        disk = f"disk {self._disk(one)}"
        if not row.is_running:
            return fact_line("Load", f"none · {disk} at last" if row.gone else disk)
        samples = live.history.of(row.id) if live is not None else ()
        vram = None if one.vram is None else one.vram / 1024
        used = None if not vram or one.vmem_usage is None else one.vmem_usage / vram * 100
        ram = NONE if one.mem_usage is None else f"{one.mem_usage:.1f}"
        ram = f"CPU {_figure(one.cpu_percent, '%')}   RAM {ram} of {count(one.mem_limit)} GB"
        figures = (
            f"GPU {_figure(one.gpu_util, '%')} · {_figure(one.gpu_temp, '°C')} ",
            f"  VRAM {_figure(used, '%')} ",
            f"  {ram}   {disk} ",
        )
        room = max(0, width - NAMES - sum(map(len, figures)))
        bars = (
            sparkline([sample.gpu_util for sample in samples], min(24, room // 2), 100),
            sparkline([sample.vmem_usage for sample in samples], min(12, room // 4), vram or 0),
            sparkline([sample.disk_usage for sample in samples], room // 8, one.disk_space or 0),
        )
        pairs = zip(figures, bars, strict=True)
        parts = [part for text, bar in pairs for part in (text, (bar, "$text-accent"))]
        return fact_line("Load", Content.assemble(*parts))

    def _disk(self, instance: Instance) -> str:
        size, used = f"{count(instance.disk_space)} GB", instance.disk_used
        if used is not None:
            return f"{disk_words(instance)} ({used:.0f} of {size})"
        if instance.disk_shares:
            return f"{disk_words(instance)} of {size} (its unit is uncertain)"
        return f"{size}, usage unknown"

    def _image(self, row: FleetRow) -> Content:
        instance = row.instance
        template = instance.template_name or (instance.template_hash_id or "")[:8]
        text = instance.image_uuid or UNKNOWN
        if template:
            text += f"  (template {template})"
        names = [name for name in instance.env_names if not name.startswith("-")]
        if names:
            text += f" · env {', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
        if instance.onstart:
            text += " · has an on-start script"
        return fact_line("Image", Content(text))

    def _contract(self, row: FleetRow) -> Content:
        instance = row.instance
        end = instance.end_date
        ends = "end unknown"
        if end is not None:
            day = time.strftime("%Y-%m-%d", time.localtime(end))
            ends = f"ends {day} ({span(end - self._now())})"
        kind = "type unknown" if instance.is_bid is None else "on-demand"
        if instance.is_bid:
            least = per_hour(instance.min_bid, up=True)
            kind = f"interruptible, bid {per_hour(instance.dph_base)}, minimum now {least}"
        elif instance.is_reserved:
            kind = contract_words(instance, private=self._app.private)
        parts: list[str | tuple[str, str]] = [f"{ends} · {kind}"]
        if may_reserve(row) and not self._app.refuses("instances.reserve"):
            key, most = self._spell("instances.reserve"), (instance.credit_discount_max or 0) * 100
            parts += [" · ", (key, "bold $text-accent"), f" reserves it: up to {most:.0f} % off"]
        pending = [one for one in self._app.fleet.increases if one.contract_id == row.id]
        if pending:
            text = f"the host asks {per_hour(pending[0].new_hourly)}; "
            key = self._spell("app.inbox")
            answer = ((key, "bold $text-accent"), " answers it")
            parts += [" · ", (text, "bold $text-warning"), *answer]
        return fact_line("Contract", Content.assemble(*parts))

    def _machine(self, row: FleetRow) -> Content:
        one = row.instance
        ram = f"{gigabytes(one.ram_share)} GB RAM"
        place = place_words(one.geolocation) or UNKNOWN
        known = machine_brief(self._app.machines, one.machine_id, private=self._app.private)
        return fact_line(
            "Machine",
            Content(
                f"{gpu_words(one)} · {one.cpu_name or UNKNOWN}, "
                f"{count(one.cpu_cores_effective)} vCPU, {ram} · CUDA "
                f"{decimal(one.cuda_max_good)}, driver {one.driver_version or UNKNOWN} · "
                f"{place} · {percent(one.reliability2)} % reliable"
                f"{f' · {known}' if known else ''}"
            ),
        )

    def _timers(self, row: FleetRow) -> list[Content]:
        """What happens to it by itself."""
        if row.gone:
            return []
        timers, now = timers_of(self._app, row.id), self._now()
        live = self._app.live
        is_read = live is not None and live.timers.book.reading.as_of is not None
        words = " · ".join(short(one, now) for one in timers) or ("none" if is_read else "?")
        key = (self._spell("instances.timers"), "bold $text-accent")
        more = " sets more" if timers else " sets one" if is_read else " looks, and sets one"
        return [fact_line("Timers", Content.assemble(words, " · ", key, more))]

    def ports(self, row: FleetRow) -> list[Content]:
        """The mapped ports and their URLs, and the ports that are not mapped though asked for."""
        if self._app.private:
            return [Content(HIDDEN)]
        if not row.is_running:
            return [Content.styled("Ports are mapped only while it runs.", "$text-muted")]
        ports, missing = port_lines(row.instance), unmapped_ports(row.instance)
        width = max((len(text) for text, _ in ports), default=0)
        lines = [
            Content.assemble(text.ljust(width), "   ", (url, "$text-accent")) for text, url in ports
        ]
        if ports:
            key = self._spell("instances.ports")
            lines.append(Content.assemble((key, "bold $text-accent"), " copies a URL"))
        elif row.instance.ports:
            text = "Ports are mapped, but the service sent no usable address."
            lines.append(Content.styled(text, "$text-muted"))
        elif not missing:
            lines.append(Content.styled("No port is mapped.", "$text-muted"))
        asked = (Content.styled(f"{port} asked, not mapped", "$text-warning") for port in missing)
        return [*lines, *asked]

    def facts(self, row: FleetRow) -> Content:
        """One line about an instance, where there is no room for details."""
        return Content.assemble(" ", self._connect(row))


def _figure(value: float | None, unit: str) -> str:
    return NONE if value is None else f"{value:.0f} {unit}"


def timeline_lines(events: Sequence[Event]) -> list[Content]:
    """What happened, the newest first."""
    title = Content.styled("Timeline (since vasttui started)", "bold $text-accent")
    if not events:
        return [title, Content.styled("Nothing yet.", "$text-muted")]
    return [title, *(_event_line(event) for event in reversed(events))]


def _event_line(event: Event) -> Content:
    clock = time.strftime("%H:%M:%S", time.localtime(event.at))
    mark = event.phase.traits.glyph if event.phase is not None else "·"
    return Content.assemble((clock, "$text-muted"), f" {mark} {event.text}")
