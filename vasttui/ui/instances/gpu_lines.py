"""The GPUs of an instance as `nvidia-smi` sees them, in lines."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from vasttui.models.gpu_reading import GpuNow, GpuProcess, GpuReading
from vasttui.services.ssh.gpu_watch import EVERY, GpuWatch
from vasttui.ui.format import age, count
from vasttui.ui.lists.facts import fact_line
from vasttui.ui.sparkline import sparkline
from vasttui.words import UNKNOWN

_LATE = 3 * EVERY
_TWO = 84
"""Cells from which on two plots stand side by side."""

_NAME, _FIGURE = 8, 18

_UNKNOWN = GpuNow("", "", "", None, None, None, None, None, None)


def gpu_lines(watch: GpuWatch, now: float, width: int, key: str) -> list[Content]:
    """The last readings, and what there is to say about them. `now` in monotonic seconds; `key`
    connects again."""
    lines = [_state(watch, now, key), Content("")]
    last = watch.readings[-1] if watch.readings else None
    if last is None:
        return lines
    if last.problem:
        return [*lines, Content.styled(f"nvidia-smi says: {last.problem}", "$text-warning")]
    for gpu in last.gpus:
        past = [_same(reading, gpu) for reading in watch.readings]
        lines += [*_plots(gpu, past, width), Content("")]
    return [*lines, *_process_lines(last.processes)]


def _state(watch: GpuWatch, now: float, key: str) -> Content:
    since = "" if watch.as_of is None else f"last answer {age(now - watch.as_of)} ago"
    if watch.over:
        again = Content.assemble((key, "bold $text-accent"), " connects again.")
        ended = f"{watch.over} {since.capitalize()}{'. ' if since else ''}"
        return Content.assemble((ended, "$text-error"), again)
    if watch.as_of is None:
        return Content(f"Connecting {watch.address.way}: no answer yet.")
    text = f"nvidia-smi {watch.address.way}, every {EVERY} s · {since}"
    return Content.styled(text, "$text-warning" if now - watch.as_of > _LATE else "$text-muted")


def _same(reading: GpuReading, gpu: GpuNow) -> GpuNow | None:
    return next((one for one in reading.gpus if one.uuid == gpu.uuid), None)


def _plots(gpu: GpuNow, past: Sequence[GpuNow | None], width: int) -> list[Content]:
    known = [one or _UNKNOWN for one in past]
    powers = [one.power for one in known]
    limit = gpu.power_limit or max((one for one in powers if one is not None), default=0.0)
    plots: list[tuple[str, list[float | None], float, str]] = [
        ("use", [one.use for one in known], 100.0, f"{count(gpu.use)} %"),
        ("memory", [one.memory for one in known], gpu.memory_total or 0.0,
         f"{_gb(gpu.memory)} of {_gb(gpu.memory_total)} GB"),
        ("temp", [one.temp for one in known], 100.0, f"{count(gpu.temp)} °C"),
        ("power", powers, limit, f"{count(gpu.power)} of {count(gpu.power_limit)} W"),
    ]  # fmt: skip
    across = 2 if width >= _TWO else 1
    room = width // across - _NAME - _FIGURE - 2
    drawn = [
        fact_line(
            name,
            Content.assemble(
                (sparkline(values, room, top), "$text-accent"), f" {figure:<{_FIGURE}} "
            ),
            _NAME,
        )
        for name, values, top, figure in plots
    ]
    title = Content.styled(f"GPU {gpu.number} · {gpu.name}", "bold $text-accent")
    rows = [drawn[at : at + across] for at in range(0, len(drawn), across)]
    return [title, *(Content.assemble(*row) for row in rows)]


def _process_lines(processes: Sequence[GpuProcess]) -> list[Content]:
    title = Content.styled("Processes", "bold $text-accent")
    if not processes:
        text = "None is listed: inside a container, nvidia-smi often cannot see them."
        return [title, Content.styled(text, "$text-muted")]
    head = Content.styled(f"{'GPU':>3} {'PID':>8} {'Memory':>9}  Name", "$text-muted")
    return [
        title,
        head,
        *(
            Content(f"{one.gpu:>3} {one.pid:>8} {_gb(one.memory):>6} GB  {one.name}")
            for one in processes
        ),
    ]


def _gb(mib: float | None) -> str:
    return UNKNOWN if mib is None else f"{mib / 1024:.1f}"
