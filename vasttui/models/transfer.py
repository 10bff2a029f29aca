"""Credit that is given to another account."""

from __future__ import annotations

import re

from msgspec import Struct

from vasttui.models.invoice import Invoice

LEAST = 0.01
"""The smallest transfer in $ (docs: "transfer credit")."""

_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,63}")
_AMOUNT = re.compile(r"\$?\s*([0-9]{1,9}(?:\.[0-9]{1,2})?)")


class Transfer(Struct, frozen=True):
    """Who gets how many $; the recipient is a mail address or an account's id."""

    recipient: str
    dollars: float

    def may_be(self, invoice: Invoice) -> bool:
        """Whether that row may be this transfer."""
        amount = invoice.amount
        is_transfer = invoice.type == "transfer" and amount is not None
        return is_transfer and abs(abs(amount or 0.0) - self.dollars) < LEAST / 2


def recipient_problem(text: str, own: tuple[str, ...]) -> str:
    """Why credit cannot go there; `own` are the names of this account. Empty if it can."""
    if not text:
        return "Enter the mail address or the id of the account that gets it."
    if text.casefold() in {name.casefold() for name in own}:
        return "That is this account."
    if text.isascii() and text.isdecimal():
        return "" if 0 < int(text) < 2**63 else "That is not the id of an account."
    return "" if _MAIL.fullmatch(text) else "That is neither a mail address nor an id."


def dollars_of(text: str) -> float | None:
    """The amount in a text such as `25` or `$12.50`; None if it is none."""
    found = _AMOUNT.fullmatch(text.strip())
    return float(found[1]) if found else None
