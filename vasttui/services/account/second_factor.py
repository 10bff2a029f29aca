"""Logs in with a second factor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vasttui.errors import RateLimited, Rejected, VastError
from vasttui.models.account import Method, SecondFactor, Session

EMAIL = Method(id=0, method="email", label="the mail address of the account")
BACKUP = Method(id=0, method="backup", label="one of the codes kept for this")

_DIGITS = 6
_WORDS = {
    "2fa_login_failed": "That code is wrong.",
    "invalid_backup_code": "That backup code is wrong or was used before.",
    "2fa_expired": "The code has expired; start again for a new one.",
    "tfa_locked": "Too many wrong codes: the service takes no more for 15 minutes.",
    "sms_rate_limited": "Too many text messages were asked for; wait before the next.",
    "email_not_verified": "The account's mail address is not confirmed, so no code is sent.",
}


class LoginService(Protocol):
    """Sends codes and takes them. Raises VastError."""

    async def second_factor(self) -> SecondFactor:
        """The state of two-factor authentication."""

    async def send_code(self, method: Method) -> str:
        """Have a code sent, and return the secret that belongs to it."""

    async def log_in(self, proof: Mapping[str, str | int]) -> Session:
        """Exchange a code for a session key."""


def ways(state: SecondFactor) -> tuple[Method, ...]:
    """How a code can be had: the account's own methods, the main one first, mail, backup codes."""
    own = sorted(state.methods, key=lambda method: not method.is_primary)
    backup = (BACKUP,) if state.backup_codes != 0 else ()
    return (*own, EMAIL, *backup)


def is_sent(method: Method) -> bool:
    """Whether the code has to be asked for first."""
    return method.method in ("sms", "email")


def code_problem(method: Method, code: str) -> str:
    """Why this cannot be a code, so that it does not count as a wrong one; "" if it can. Codes of
    an app or by text message have 6 digits (docs: "CLI: two-factor authentication"); the form of
    the others is not documented, but they are no shorter."""
    plain = _plain(code)
    if not plain:
        return "Enter the code."
    if method.method in ("totp", "sms"):
        digits = plain.isascii() and plain.isdigit() and len(plain) == _DIGITS
        return "" if digits else f"The code has {_DIGITS} digits; nothing was sent."
    return "" if len(plain) >= _DIGITS else "That is too short for a code; nothing was sent."


def _plain(code: str) -> str:
    """Without the spaces that apps show between digits."""
    return "".join(code.split())


async def send_code(api: LoginService, method: Method) -> str:
    """Have a code sent, and return the secret that belongs to it. Raises VastError."""
    try:
        return await api.send_code(method)
    except Rejected as error:
        raise _in_words(error) from error


async def log_in(api: LoginService, method: Method, code: str, secret: str) -> Session:
    """Exchange the code of this method for a session key. Raises VastError."""
    if method is BACKUP:
        proof: dict[str, str | int] = {"backup_code": code}
    else:
        proof = {"tfa_method": method.method, "code": _plain(code)}
        proof |= {"secret": secret} if secret else {}
        proof |= {"tfa_method_id": method.id} if method.id else {}
    try:
        return await api.log_in(proof)
    except Rejected as error:
        raise _in_words(error) from error


def _in_words(error: Rejected) -> VastError:
    known = _WORDS.get(error.code)
    if known is not None:
        return VastError(known)
    return VastError(str(error)) if not isinstance(error, RateLimited) else error
