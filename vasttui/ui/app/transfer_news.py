"""Tells how a copy ended, on whatever screen."""

from __future__ import annotations

from vasttui.models.data_transfer import Stage, Transfer
from vasttui.ui.context import AppContext
from vasttui.ui.news import Severity
from vasttui.ui.transfers.names import name_of


def transfer_arrived(app: AppContext, transfer: Transfer) -> None:
    """A copy changed."""
    app.app_changed.publish("transfers")
    if not transfer.stage.is_over:
        return
    clouds = () if app.live is None else app.live.clouds
    source, target = (name_of(end, app.fleet, clouds) for end in (transfer.source, transfer.target))
    severities: dict[Stage, Severity] = {Stage.DONE: "information", Stage.FAILED: "error"}
    app.notify(
        f"Copy {source} → {target}: {transfer.word}. {transfer.why}", markup=False, timeout=12,
        severity=severities.get(transfer.stage, "warning"),
    )  # fmt: skip
