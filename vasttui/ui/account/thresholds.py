"""Changes the amounts in $ that the account watches, where they stand: typed, compared, sent, read
again. One way for every list that has such a line."""

from __future__ import annotations

from typing import Any

from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.transfer import dollars_of
from vasttui.services.account.changes import Fields, NotKept, change_account
from vasttui.ui.account.profile_lines import NO_CARD, WARNING, auto_charge_words, threshold_words
from vasttui.ui.context import context
from vasttui.ui.lists.in_place import edit_in_place
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.words import money

_SPENDS = "! spends real money by itself"


async def change_threshold(
    screen: ResourceScreen[Any], account: Account, name: str, column: str
) -> None:
    """Take the new amount in that column of the line under the cursor, and make the change."""
    amount = account.threshold if name == WARNING else account.autobill_threshold
    text = await edit_in_place(
        screen, screen.table, column, "" if amount is None else f"{amount:.2f}",
        example="$, e.g. 12.50", check=_problem,
        meaning=lambda text: _consequence(account, name, text),
    )  # fmt: skip
    if text is None:
        return
    before, after = _words(account, name), _meaning(name, text)
    if after == before:
        screen.app.notify(f"{name} is {before} already.", markup=False)
        return
    change = _change(screen, account, name, dollars_of(text))
    nothing = name != WARNING and text and account.has_billing is False
    card = f" {NO_CARD[0].upper()}{NO_CARD[1:]}." if nothing else ""
    unknown = f"No answer came. Read back: {name} is {after}, so it was saved.{card}"
    await screen.report(change, f"{name} {after}: saved and read back.{card}", same=unknown)


async def _change(
    screen: ResourceScreen[Any], shown: Account, name: str, amount: float | None
) -> bool:
    """Send it, unless it is not any more what was shown. Whether the service answered. Raises
    VastError."""
    api = screen.api.account
    now, before = _words(await api.current(), name), _words(shown, name)
    if now != before:
        raise VastError(f"Nothing was changed: {name} was {before} and is {now} now.")
    try:
        return await change_account(api, _fields(name, amount), context(screen).session.clock)
    except NotKept as error:
        wanted = _meaning(name, "" if amount is None else f"{amount}")
        kept = f"The service kept “{_words(error.account, name)}” instead of “{wanted}”"
        raise VastError(f"{kept}.", hint="Look on the web.") from error


def _problem(text: str) -> str:
    amount = dollars_of(text)
    if text and amount is None:
        return "Enter dollars, such as 12.50."
    return "Zero is no amount; empty turns it off." if amount == 0 else ""


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


def _consequence(account: Account, name: str, text: str) -> str:
    """The same, with what it leads to."""
    if name == WARNING or not text:
        return f"{_meaning(name, text)}{'' if text else ': nothing is watched'}"
    if account.has_billing is False:
        return f"! no card: nothing is charged · {_meaning(name, text)}"
    return f"{_meaning(name, text)} · {_SPENDS}, as often as the credit falls below it"
