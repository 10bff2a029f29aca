"""Tells what became of a payment ahead, on whatever screen."""

from __future__ import annotations

from vasttui.services.reserving.payment import Payment, PayStep
from vasttui.ui.context import AppContext
from vasttui.ui.news import Severity

_LONG = 20.0


def payment_arrived(app: AppContext, payment: Payment) -> None:
    """A payment changed."""
    # start-up: only what pays loads the dialogs, in 45 ms
    from vasttui.ui.reserve.dialog import ReserveModal

    app.app_changed.publish("payments")
    screen = app.screen
    shown = isinstance(screen, ReserveModal) and screen.instance.id == payment.instance_id
    if shown or not payment.is_news:
        return
    severity: Severity = "error"
    if payment.step is PayStep.LOOKING:
        severity = "warning"
    elif payment.step is PayStep.PAID:
        severity = "warning" if payment.less else "information"
    app.notify(
        payment.sentence, title=payment.title, severity=severity, timeout=_LONG, markup=False
    )
