"""What there is to say about one instance, in lines."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.content import Content

from vasttui.models.advice import advise
from vasttui.models.connect import port_lines, ssh_command
from vasttui.models.ssh_address import no_address_reason, ssh_addresses
from vasttui.models.status import Phase
from vasttui.services.fleet.snapshot import FleetRow
from vasttui.services.fleet.timeline import Event
from vasttui.ui.context import AppContext
from vasttui.ui.format import HIDDEN, count, decimal, percent, span, spent_words
from vasttui.ui.instances.columns import gpu_words, state_words
from vasttui.ui.lists.facts import fact_line, raw_lines
from vasttui.ui.sparkline import sparkline
from vasttui.words import UNKNOWN, hourly, per_gb, per_hour

TABS = ("Overview", "Logs", "Ports", "Raw")

_SPARK = 24
_SECRET = {"jupyter_token"}
_PRIVATE = {"id", "machine_id", "host_id", "public_ipaddr", "ssh_host", "ssh_port"}


class InstanceDetail:
    """Describes an instance in lines, as the application is now."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._now = app.session.clock.now
        self._spell = app.keymap.spelled

    def title(self, row: FleetRow) -> Content:
        """What the instance is, for the border."""
        instance = row.instance
        where = f" ({instance.country})" if instance.country else ""
        parts = [
            instance.title or "unlabelled",
            f"instance {HIDDEN if self._app.private else instance.id}",
            f"machine {HIDDEN if self._app.private else instance.machine_id or UNKNOWN}{where}",
        ]
        return Content(" · ".join(parts))

    def lines(self, tab: str, row: FleetRow, width: int) -> list[Content]:
        """All lines of a tab; the pane shows as many as it has room for."""
        if tab == "Ports":
            return self.ports(row)
        if tab == "Raw":
            hidden = _SECRET | (_PRIVATE if self._app.private else set())
            return raw_lines(row.instance, width, hidden)
        return self.overview(row)

    def overview(self, row: FleetRow) -> list[Content]:
        """State, connection, costs, load, image, contract and machine."""
        return [
            *self._advice(row),
            self._connect(row),
            self._cost(row),
            self.load(row),
            self._image(row),
            self._contract(row),
            self._machine(row),
        ]

    def _advice(self, row: FleetRow) -> list[Content]:
        """What its state means and what to do; nothing while all is well."""
        advice = advise(row.instance, row.phase, row.since, row.exact, self._now())
        if advice is None:
            return []
        style = "bold $text-warning" if advice.urgent else "$text-warning"
        words = state_words(row, self._now()).split(" ", 1)[1]
        usual = f" {advice.usual}" if advice.usual else ""
        lines = [fact_line("State", Content.assemble((words, style), f": {advice.meaning}{usual}"))]
        help_ = self._help(advice.action_id, advice.action_text)
        if advice.cause or help_:
            lines.append(
                fact_line("", Content.assemble(advice.cause, " " if advice.cause else "", help_))
            )
        return lines

    def _help(self, action_id: str, text: str) -> Content:
        if not action_id:
            return Content.styled(text, "bold") if text else Content("")
        return Content.assemble((self._spell(action_id), "bold $text-accent"), f" {text}")

    def _connect(self, row: FleetRow) -> Content:
        if self._app.private:
            return fact_line("Connect", Content(HIDDEN))
        addresses = ssh_addresses(row.instance) if row.phase is Phase.RUNNING else ()
        if not addresses:
            reason = no_address_reason(row.instance, row.phase)
            return fact_line("Connect", Content.styled(reason, "$text-muted"))
        way = "direct" if addresses[0].direct else "through Vast.ai's proxy"
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
        disk = instance.storage_total_cost
        now = f"${hourly(bill.gpu)} GPU + ${hourly(bill.disk)} disk = {per_hour(bill.hourly)} now"
        stopped = f" · stopped {per_hour(disk)}" if row.phase is Phase.RUNNING else ""
        if row.phase is not Phase.RUNNING and instance.dph_total is not None:
            stopped = f" · running {per_hour(instance.dph_total)}"
        spent = "" if row.spent is None else f" · spent {spent_words(row.spent, self._now())}"
        down, up = per_gb(instance.inet_down_cost), per_gb(instance.inet_up_cost)
        traffic = f" · traffic {down} ↓ {up} ↑ per GB"
        if instance.inet_down_cost == 0 and instance.inet_up_cost == 0:
            traffic = " · traffic free"
        return fact_line("Cost", Content.assemble(now, stopped, spent, (traffic, "$text-muted")))

    def load(self, row: FleetRow) -> Content:
        """GPU, VRAM and disk use, with their recent course."""
        instance, live = row.instance, self._app.live
        samples = live.history.of(row.id) if live is not None else ()
        vram = None if instance.vram is None else instance.vram / 1024
        used = instance.disk_used
        parts: list[Content | str | tuple[str, str]] = []
        if row.phase is Phase.RUNNING:
            bars = sparkline([one.gpu_util for one in samples], _SPARK, 100)
            parts += [(bars, "$text-accent"), f" {count(instance.gpu_util)} %   VRAM "]
            if vram is not None:
                bars = sparkline([one.vmem_usage for one in samples], _SPARK // 2, vram)
                parts.append((bars, "$text-accent"))
            share = None if not vram or instance.vmem_usage is None else instance.vmem_usage / vram
            parts.append(f" {percent(share)} % · {count(instance.gpu_temp)} °C   disk ")
        else:
            parts.append("disk ")
        if instance.disk_space and used is not None:
            if row.phase is Phase.RUNNING:
                disks = [one.disk_usage for one in samples]
                bars = sparkline(disks, _SPARK // 3, instance.disk_space)
                parts.append((f"{bars} ", "$text-accent"))
            share = used / instance.disk_space
            parts.append(f"{share * 100:.0f} % ({used:.0f} of {instance.disk_space:.0f} GB)")
        else:
            parts.append(f"{count(instance.disk_space)} GB, usage unknown")
        return fact_line("Load", Content.assemble(*parts))

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
        kind = "on-demand"
        if instance.is_bid:
            least = per_hour(instance.min_bid, up=True)
            kind = f"bid {per_hour(instance.dph_base)}, minimum now {least}"
        elif instance.credit_discount:
            kind = f"reserved, {instance.credit_discount * 100:.0f} % off"
        pending = [one for one in self._app.fleet.increases if one.contract_id == row.id]
        increase = Content("no price increase pending")
        if pending:
            text = f"the host asks {per_hour(pending[0].new_hourly)}: "
            key = self._spell("app.inbox")
            increase = Content.assemble((text, "bold $text-warning"), (key, "bold $text-accent"))
        return fact_line("Contract", Content.assemble(f"{ends} · {kind} · ", increase))

    def _machine(self, row: FleetRow) -> Content:
        instance = row.instance
        return fact_line(
            "Machine",
            Content(
                f"{gpu_words(instance)} · {instance.cpu_name or UNKNOWN}, "
                f"{count(instance.cpu_cores_effective)} vCPU · CUDA "
                f"{decimal(instance.cuda_max_good)}, driver {instance.driver_version or UNKNOWN} · "
                f"{instance.geolocation or UNKNOWN} · {percent(instance.reliability2)} % reliable"
            ),
        )

    def ports(self, row: FleetRow) -> list[Content]:
        """The mapped ports and their URLs."""
        if self._app.private:
            return [Content(HIDDEN)]
        ports = port_lines(row.instance) if row.phase is Phase.RUNNING else []
        if not ports:
            running = row.phase is Phase.RUNNING
            text = "No port is mapped." if running else "Ports are mapped only while it runs."
            return [Content.styled(text, "$text-muted")]
        width = max(len(text) for text, _ in ports)
        key = self._spell("instances.ports")
        return [
            *(
                Content.assemble(text.ljust(width), "   ", (url, "$text-accent"))
                for text, url in ports
            ),
            Content.assemble((key, "bold $text-accent"), " copies a URL"),
        ]

    def facts(self, row: FleetRow) -> Content:
        """One line about an instance, where there is no room for details."""
        return Content.assemble(" ", self._connect(row))


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
