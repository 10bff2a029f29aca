"""Changes the amounts in $ that the account watches: shown, confirmed, sent, read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.transfer import dollars_of
from vasttui.services.account.changes import Fields, change_account
from vasttui.ui.account.profile_lines import WARNING, auto_charge_words, threshold_words
from vasttui.ui.context import context
from vasttui.ui.modals.ask import AskModal
from vasttui.words import money

if TYPE_CHECKING:
    from vasttui.ui.account.profile import ProfileScreen


async def change_threshold(screen: ProfileScreen, account: Account, name: str) -> None:
    """Ask for the new amount, show the change, and make it."""
    text = await screen.app.push_screen_wait(_question(account, name))
    if text is None:
        return
    fields = _fields(name, dollars_of(text))
    before, after = _words(account, name), _meaning(name, text)
    if after == before:
        screen.app.notify(f"{name} is {before} already.", markup=False)
        return
    about = f"now   {before}\nthen  {after}{_warning(account, name, text)}"
    if await screen.sure(f"Change: {name}", about, "Change"):
        await screen.report(_change(screen, account, name, fields), f"{name}: {after}.")


async def _change(screen: ProfileScreen, shown: Account, name: str, fields: Fields) -> None:
    """Send it, unless it is not any more what was shown. Raises VastError."""
    api = screen.api.account
    now, before = _words(await api.current(), name), _words(shown, name)
    if now != before:
        raise VastError(f"Nothing was changed: {name} was {before} and is {now} now.")
    await change_account(api, fields, context(screen).session.clock)


def _question(account: Account, name: str) -> AskModal:
    if name == WARNING:
        about = "The service's own warning, when the credit falls below an amount."
        amount = account.threshold
    else:
        about = "Below this amount of credit the service charges the card on file."
        amount = account.autobill_threshold
    return AskModal(
        f"Change: {name}",
        Content(f"{about}\nNow: {_words(account, name)}."),
        "Amount in $; empty turns it off",
        "" if amount is None else f"{amount:.2f}".removesuffix(".00"),
        "Next",
        check=_problem,
        most=16,
        meaning=lambda text: _meaning(name, text) if not _problem(text) else "",
    )


def _problem(text: str) -> str:
    amount = dollars_of(text)
    if text and amount is None:
        return "Enter dollars and cents, such as 25 or 12.50."
    return "Zero warns of nothing; leave it empty to turn it off." if amount == 0 else ""


def _fields(name: str, amount: float | None) -> Fields:
    if name != WARNING:
        return {"autobill_threshold": amount}
    if amount is None:
        return {"balance_threshold_enabled": False}
    return {"balance_threshold": amount, "balance_threshold_enabled": True}


def _words(account: Account, name: str) -> str:
    return threshold_words(account) if name == WARNING else auto_charge_words(account)


def _meaning(name: str, text: str) -> str:
    """What it would be then, in the words of the line."""
    amount = dollars_of(text)
    if amount is None:
        return "off" if name == WARNING else "not set"
    return f"{'on, ' if name == WARNING else ''}below {money(amount)}"


def _warning(account: Account, name: str, text: str) -> str:
    if name == WARNING or not text:
        return ""
    if account.has_billing is False:
        return "\n\n! There is no card on file, so nothing can be charged."
    return "\n\nIt spends real money by itself, as often as the credit falls below it."
