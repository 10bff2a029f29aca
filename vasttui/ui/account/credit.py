"""Asks for a transfer of credit: recipient and amount are typed, then confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.models.account import Account
from vasttui.models.bill import hours_left
from vasttui.models.transfer import LEAST, Transfer, dollars_of, recipient_problem
from vasttui.services.account.changes import Transfers, words
from vasttui.services.fleet.snapshot import Fleet
from vasttui.ui.account.profile_lines import charges_nothing
from vasttui.ui.context import context
from vasttui.ui.modals.ask import AskModal
from vasttui.words import hours_words, money, per_hour

if TYPE_CHECKING:
    from vasttui.ui.account.profile import ProfileScreen

_TITLE = "Transfer credit"


async def transfer_here(screen: ProfileScreen, account: Account, transfers: Transfers) -> None:
    """Ask for recipient and amount, confirm, send. `account` is as read last."""
    app = screen.app
    if transfers.under_way is not None:
        app.notify(f"{words(transfers.under_way)} is being transferred; wait.", markup=False)
        return
    transfer = await _ask(screen, account)
    if transfer is None:
        return
    account = screen.account or account  # its credit may have fallen meanwhile
    about = _about(transfer, account, context(screen).fleet, transfers)
    if not await screen.sure(_TITLE, about, f"Transfer {money(transfer.dollars)}"):
        return
    app.notify(f"Transferring {words(transfer)}…", markup=False)
    await screen.report(transfers.make(transfer), f"{words(transfer)} was transferred.")


async def _ask(screen: ProfileScreen, account: Account) -> Transfer | None:
    own = (str(account.id), account.email or "", account.username or "")
    have = f"You have {money(account.credit)}. What is transferred cannot be taken back."
    recipient = await screen.app.push_screen_wait(
        AskModal(
            _TITLE, Content(have), "To: mail address, or id of the account", "", "Next",
            check=lambda text: recipient_problem(text, own), most=256,
        )
    )  # fmt: skip
    if recipient is None:
        return None
    amount = await screen.app.push_screen_wait(
        AskModal(
            _TITLE, Content(f"To {recipient}. {have}"), "Amount in $", "", "Next",
            check=lambda text: _amount_problem(text, account.credit), most=16,
        )
    )  # fmt: skip
    dollars = dollars_of(amount or "")
    return None if dollars is None else Transfer(recipient, dollars)


def _about(transfer: Transfer, account: Account, fleet: Fleet, transfers: Transfers) -> str:
    left = None if account.credit is None else account.credit - transfer.dollars
    unknown = transfers.unknown and (
        f"\n\n! It is not known whether {words(transfers.unknown)} was transferred before. Look at "
        "the invoices first."
    )
    return (
        f"{words(transfer)}\n\nThis cannot be undone. Your credit: {money(account.credit)}, "
        f"then about {money(left)}. {_lasts(left, account, fleet)}\n\n"
        f"It is sent once, then looked for in invoices and credit.{unknown or ''}"
    )


def _lasts(left: float | None, account: Account, fleet: Fleet) -> str:
    """What so many $ still buy."""
    burn = fleet.burn
    hours = None if fleet.as_of is None else hours_left(left, burn)
    if hours is None:
        known = fleet.as_of is not None and left is not None and not burn.unknown
        return "Nothing is spent now." if known else "How long that lasts is not known."
    most = "at most " if burn.unknown else ""
    then = "all instances stop" if burn.gpu or burn.unknown else "disks are billed on, below $0"
    may_charge = account.autobill_threshold and not charges_nothing(account)
    charged = ", unless the card is charged before" if may_charge else ""
    return f"It lasts {most}{hours_words(hours)} at {per_hour(burn.total)}, then {then}{charged}."


def _amount_problem(text: str, credit: float | None) -> str:
    dollars = dollars_of(text)
    if dollars is None:
        return "Enter dollars and cents, such as 25 or 12.50."
    if dollars < LEAST:
        return f"The least is {money(LEAST)}."
    if credit is not None and dollars > credit:
        return f"There is only {money(credit)} of credit."
    return ""
