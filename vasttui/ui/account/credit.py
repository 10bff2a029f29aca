"""Transfers credit to another account: typed, confirmed, sent once, looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.transfer import LEAST, Transfer, dollars_of, recipient_problem
from vasttui.services.account.changes import TransferUnknown, transfer_credit, words
from vasttui.ui.context import context
from vasttui.ui.modals.ask import AskModal
from vasttui.words import money

if TYPE_CHECKING:
    from vasttui.ui.account.profile import ProfileScreen

_TITLE = "Transfer credit"


class CreditTransfers:
    """One at a time. Remembers a transfer of which nobody can say what became of it."""

    def __init__(self, screen: ProfileScreen) -> None:
        self._screen = screen
        self._under_way: Transfer | None = None
        self._unknown: Transfer | None = None

    async def run(self, account: Account) -> None:
        """Ask for recipient and amount, confirm, send. `account` is as read last."""
        app = self._screen.app
        if self._under_way is not None:
            app.notify(f"{words(self._under_way)} is being transferred; wait.", markup=False)
            return
        transfer = await self._ask(account)
        if transfer is not None and await self._screen.sure(
            _TITLE, self._about(transfer, account), f"Transfer {money(transfer.dollars)}"
        ):
            await self._send(transfer)

    async def _ask(self, account: Account) -> Transfer | None:
        own = (str(account.id), account.email or "", account.username or "")
        have = f"You have {money(account.credit)}. What is transferred cannot be taken back."
        recipient = await self._screen.app.push_screen_wait(
            AskModal(
                _TITLE, Content(have), "To: mail address, or id of the account", "", "Next",
                check=lambda text: recipient_problem(text, own), most=256,
            )
        )  # fmt: skip
        if recipient is None:
            return None
        amount = await self._screen.app.push_screen_wait(
            AskModal(
                _TITLE, Content(f"To {recipient}. {have}"), "Amount in $", "", "Next",
                check=lambda text: _amount_problem(text, account.credit), most=16,
            )
        )  # fmt: skip
        dollars = dollars_of(amount or "")
        return None if dollars is None else Transfer(recipient, dollars)

    def _about(self, transfer: Transfer, account: Account) -> str:
        left = None if account.credit is None else account.credit - transfer.dollars
        unknown = self._unknown and (
            f"\n\n! It is not known whether {words(self._unknown)} was transferred before. Look at "
            "the invoices first."
        )
        return (
            f"{words(transfer)}\n\nThis cannot be undone. Your credit: {money(account.credit)}, "
            f"then about {money(left)}.\nIt is sent once, then looked for in invoices and credit."
            f"{unknown or ''}"
        )

    async def _send(self, transfer: Transfer) -> None:
        app, api = context(self._screen), self._screen.api
        self._under_way = transfer
        app.notify(f"Transferring {words(transfer)}…", markup=False)
        try:
            await transfer_credit(api.account, api.billing, transfer, app.session.clock)
            app.notify(f"{words(transfer)} was transferred.", markup=False)
        except VastError as error:
            if isinstance(error, TransferUnknown):
                self._unknown = transfer
            app.notify(error.sentence, severity="error", timeout=12, markup=False)
        finally:
            self._under_way = None
        self._screen.feed.wake()


def _amount_problem(text: str, credit: float | None) -> str:
    dollars = dollars_of(text)
    if dollars is None:
        return "Enter dollars and cents, such as 25 or 12.50."
    if dollars < LEAST:
        return f"The least is {money(LEAST)}."
    if credit is not None and dollars > credit:
        return f"There is only {money(credit)} of credit."
    return ""
