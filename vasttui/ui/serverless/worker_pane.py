"""What there is to say about a worker in the full view of its endpoint."""

from __future__ import annotations

from textual.content import Content

from vasttui.lists.serverless_rows import Line
from vasttui.models.worker_state import Bills
from vasttui.services.serverless.words import bills_words
from vasttui.ui.context import AppContext
from vasttui.ui.instances.columns import gpu_words
from vasttui.ui.instances.log_lines import tail_lines
from vasttui.ui.lists.facts import fact_line, in_room
from vasttui.ui.serverless.worker_columns import NONE, since
from vasttui.words import UNKNOWN, per_hour

_BILLS = {
    Bills.ALL: "GPU and disk bill.", Bills.DISK: "Its disk bills.",
    Bills.NOTHING: "Nothing bills.", Bills.UNKNOWN: "What it bills is not known.",
}  # fmt: skip


def worker_title(line: Line) -> Content:
    """`worker 54548990 · group 4471 · machine 3070 (IT) · 1× RTX 5090`."""
    assert line.worker is not None
    group = UNKNOWN if line.worker.group is None else f"{line.worker.group}"
    parts = [f"worker {line.worker.id}", f"group {group}"]
    one = line.instance
    if one is not None:
        where = f" ({one.country})" if one.country else ""
        parts += [f"machine {one.machine_id or UNKNOWN}{where}", gpu_words(one)]
    return Content(" · ".join(parts))


def worker_facts(line: Line, app: AppContext, width: int) -> list[Content]:
    """State, price, the end of its own log, and the ways to it."""
    assert line.worker is not None
    state, spell = line.worker.worker.state, app.keymap.spelled
    passed = since(line.worker, app.session.clock.now())
    words = state.words if passed == NONE else f"{state.words} {passed}"
    price = "" if line.now is None else f" {per_hour(line.now)}."
    bills = bills_words(line.worker.worker, line.instance, f"{_BILLS[state.bills]}{price}")
    log = None if app.live is None else app.live.logs.get(line.worker.id, daemon=False)
    tail = tail_lines(log, 1, spell("workers.logs"))[-1]
    if log is not None and log.lines:
        tail = Content.assemble(tail, f" · {spell('workers.logs')} opens it: the worker's own log")
    ways = (
        f"{spell('workers.ssh')} opens a shell on it, {spell('workers.copy')} copies the command: "
        f"a worker is an instance; {spell('list.details')} shows it on 2, marked worker"
    )
    ends = f"{spell('workers.destroy')} destroys it; its endpoint may start another"
    if app.refuses("workers.destroy"):
        ends = ""
    if line.instance is None:
        ways, ends = "its instance is not listed, so that its keys do nothing", ""
    found = [
        fact_line("State", f"{words}: {state.about} {bills}"),
        fact_line("Log", tail),
        fact_line("Way in", ways),
        *([fact_line("", ends)] if ends else []),
    ]
    return in_room(found, width, 8)
