"""Changes of the account: thresholds, subaccounts, and credit that is given away. Each is looked
for at the service before it is believed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import Unconfirmed, VastError
from vasttui.models.account import Account, Subaccount
from vasttui.models.invoice import Invoice
from vasttui.models.subaccount import NewSubaccount
from vasttui.models.transfer import LEAST, Transfer
from vasttui.services.confirmed_write import ConfirmedWrite
from vasttui.units import DAY
from vasttui.words import money

Fields = Mapping[str, float | bool | None]
"""Fields of the account with what they are to be."""


class AccountService(Protocol):
    """Reads the account and changes it."""

    async def current(self) -> Account:
        """The account. Raises VastError."""

    async def set(self, fields: Fields) -> Outcome:
        """Change these fields."""

    async def subaccounts(self) -> Sequence[Subaccount]:
        """The accounts that belong to it. Raises VastError."""

    async def create_subaccount(self, new: NewSubaccount) -> Outcome:
        """Make another one."""

    async def transfer(self, transfer: Transfer) -> Outcome:
        """Give credit away."""


class TransferReadings(Protocol):
    """Reads what was transferred."""

    async def transfers(self, since: float, until: float) -> Sequence[Invoice]:
        """Transfers between two times, epoch seconds. Raises VastError."""


class TransferUnknown(Unconfirmed):
    """A transfer was sent, no answer says whether it was made, and no invoice shows it."""

    def __init__(self, transfer: Transfer, why: object, credit: str) -> None:
        VastError.__init__(
            self,
            f"It is not known whether {words(transfer)} was transferred: {why}",
            hint=f"{credit} It is not sent again; look at the invoices before you do it.",
        )


def words(transfer: Transfer) -> str:
    """`$25.00 to ada@example.com`."""
    return f"{money(transfer.dollars)} to {transfer.recipient}"


class NotKept(VastError):
    """The service accepted a change, and the account as read afterwards does not show it."""

    def __init__(self, account: Account) -> None:
        super().__init__(
            "Vast.ai accepted it, but the account does not show it yet.",
            hint="Look again before you change it again.",
        )
        self.account = account


async def change_account(api: AccountService, fields: Fields, clock: Clock) -> bool:
    """Change fields of the account, and see that they are. Whether the service answered: if it did
    not, they are seen nevertheless.

    Raises VastError, NotKept if it is accepted and not seen, Unconfirmed.
    """
    seen: list[Account] = []
    fates: list[Fate] = []

    async def send() -> Outcome:
        outcome = await api.set(fields)
        fates.append(outcome.fate)
        return outcome

    async def is_done() -> bool:
        seen.append(await api.current())
        return all(_same(getattr(seen[-1], name), value) for name, value in fields.items())

    unseen = VastError("The account does not show it.")
    write = ConfirmedWrite(send=send, is_done=is_done, unseen=unseen)
    try:
        await write.make(clock)
    except VastError as error:
        if error is unseen:
            raise NotKept(seen[-1]) from None
        raise
    return fates[-1] is not Fate.UNKNOWN


async def make_subaccount(api: AccountService, new: NewSubaccount, clock: Clock) -> None:
    """Make an account under this one, and see it listed. Sent once. Raises VastError, and
    Unconfirmed if nobody can say whether it was made."""
    known = {one.id for one in await api.subaccounts()}

    async def is_done() -> bool:
        return any(one.id not in known and new.is_made(one) for one in await api.subaccounts())

    unseen = VastError(
        f"Vast.ai accepted it, but {new.email} is not listed yet.",
        hint="Look again before you make it again.",
    )
    write = ConfirmedWrite(lambda: api.create_subaccount(new), is_done, unseen, sends=1)
    await write.make(clock)


def _same(shown: object, wanted: float | bool | None) -> bool:
    if isinstance(wanted, bool) or wanted is None or not isinstance(shown, int | float):
        return shown == wanted
    return abs(shown - wanted) < LEAST / 2


class Transfers:
    """Transfers of credit, one at a time: the one `under_way`, and the last one that is `unknown`,
    of which nobody can say whether it was made."""

    def __init__(self, api: AccountService, billing: TransferReadings, clock: Clock) -> None:
        self._api, self._billing, self._clock = api, billing, clock
        self.under_way: Transfer | None = None
        self.unknown: Transfer | None = None

    async def make(self, transfer: Transfer) -> None:
        """Send it once, and find it among the invoices or, if it was accepted, in the credit.

        Raises VastError, also while another one is under way; TransferUnknown if nobody can say
        whether it was made. What could not be looked for afterwards is not sent.
        """
        if self.under_way is not None:
            raise VastError(f"{words(self.under_way)} is being transferred; wait.")
        self.under_way = transfer
        job = _Transferring(self._api, self._billing, transfer, self._clock)
        try:
            await _make(job, transfer, self._clock)
        except (TransferUnknown, asyncio.CancelledError):
            self.unknown = transfer if job.sent else self.unknown
            raise
        finally:
            self.under_way = None


async def _make(job: _Transferring, transfer: Transfer, clock: Clock) -> None:
    await job.look_before()
    unseen = VastError(
        f"Vast.ai accepted the transfer of {words(transfer)}, but neither the invoices nor the "
        "credit show it yet.",
        hint="It is not sent again; look at the invoices before you do it.",
    )
    write = ConfirmedWrite(send=job.send, is_done=job.is_seen, unseen=unseen, sends=1)
    try:
        await write.make(clock)
    except Unconfirmed as error:
        raise TransferUnknown(transfer, error.__cause__, await job.credit_words()) from error


class _Transferring:
    """One transfer: what the account showed before it, and what it shows now."""

    def __init__(
        self, api: AccountService, billing: TransferReadings, transfer: Transfer, clock: Clock
    ) -> None:
        self._api, self._billing = api, billing
        self._transfer, self._clock = transfer, clock
        self._since = clock.now() - DAY
        self._alike = 0
        self._credit: float | None = None
        self._accepted = False
        self.sent = False

    async def look_before(self) -> None:
        try:
            self._alike = await self._count()
            self._credit = (await self._api.current()).credit
        except VastError as error:
            raise VastError(
                f"Nothing was sent, because its outcome could not be looked for: {error}",
                hint=error.hint,
            ) from error
        if self._credit is not None and self._credit < self._transfer.dollars:
            raise VastError(f"Nothing was sent: there is only {money(self._credit)} of credit.")

    async def send(self) -> Outcome:
        self.sent = True
        outcome = await self._api.transfer(self._transfer)
        self._accepted = outcome.fate is Fate.OK
        return outcome

    async def is_seen(self) -> bool:
        """Whether there is one more invoice of this amount; if the transfer was accepted, less
        credit is enough."""
        try:
            if await self._count() > self._alike:
                return True
            if not self._accepted or self._credit is None:
                return False
            credit = (await self._api.current()).credit
        except VastError:
            return False
        return credit is not None and self._credit - credit > self._transfer.dollars - LEAST / 2

    async def credit_words(self) -> str:
        """What the credit was and is."""
        try:
            credit = (await self._api.current()).credit
        except VastError:
            credit = None
        now = "cannot be read now" if credit is None else f"is {money(credit)} now"
        return f"The credit was {money(self._credit)} and {now}."

    async def _count(self) -> int:
        """Invoices that may be this transfer, those of before included."""
        found = await self._billing.transfers(self._since, self._clock.now() + DAY)
        return sum(self._transfer.may_be(invoice) for invoice in found)
