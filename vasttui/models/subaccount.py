"""An account that is made under this one (docs: "create subaccount")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vasttui.models.account import Subaccount

MOST_NAME, MOST_PASSWORD = 64, 256
"""Letters of mail address and user name, and of the password."""

_MAIL = re.compile(r"(?!.*@vast)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubaccount:
    """Who it is for, and the password of its first login."""

    email: str
    username: str
    password: str = field(repr=False)

    def is_made(self, one: Subaccount) -> bool:
        """Whether it may be this one; the service does not always say whose address it is."""
        return one.email is None or one.email.casefold() == self.email.casefold()


def mail_problem(text: str) -> str:
    """Why the service would not take this mail address; empty if it may."""
    if len(text) > MOST_NAME:
        return f"The service takes {MOST_NAME} letters at most."
    return "" if _MAIL.fullmatch(text) else "That is no mail address that the service takes."


def name_problem(text: str) -> str:
    """The same for a user name."""
    return "" if text else "Enter a name, for instance the mail address."


def password_problem(text: str) -> str:
    """The same for a password."""
    return "" if text else "Enter the password of its first login."
