"""Whose account it is: settings, logins, log, payments, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vasttui.simulator.account.access import Access, Subaccount
from vasttui.simulator.account.accounts import Accounts, Profile
from vasttui.simulator.account.api_keys import ApiKeys
from vasttui.simulator.account.audit import AuditLog, AuditRow
from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.earnings import HostEarnings
from vasttui.simulator.account.invoices import Invoice, Invoices
from vasttui.simulator.account.old_invoices import OldInvoices
from vasttui.simulator.account.rights import Rights
from vasttui.simulator.account.second_factor import LoginState, SecondFactor
from vasttui.simulator.http.routing import Resource


@dataclass(slots=True)
class SavedHolder:
    """The part that must survive a restart."""

    profile: Profile = field(default_factory=Profile)
    logins: LoginState = field(default_factory=LoginState)
    audit: list[AuditRow] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    subaccounts: list[Subaccount] | None = None


class Holder:
    """The holder of the account from `start` (epoch seconds) on.

    `documented` rows have the fields of the official description; only with `subaccounts` may there
    be some.
    """

    def __init__(
        self, contracts: Contracts, keys: ApiKeys, rights: Rights, start: float,
        *, second_factor: bool, documented: bool, subaccounts: bool, machines: int = 0,
        seed: int = 1, unpaid: bool = False,
    ) -> None:  # fmt: skip
        """With `machines` the account hosts so many; a payment may be `unpaid`."""
        self._earnings = HostEarnings(contracts, machines, seed)
        self.accounts = Accounts(
            contracts, keys, "enabled" if second_factor else "disabled",
            balance=self._earnings.balance if machines else None,
        )  # fmt: skip
        self.second_factor = SecondFactor(rights, start, self.accounts.user, enabled=second_factor)
        self.audit = AuditLog(contracts, keys, start, documented=documented)
        self.invoices = Invoices(contracts, start, unpaid=unpaid)
        self._old_invoices = OldInvoices(contracts, self.invoices)
        self._access = Access(start, documented=documented, approved=subaccounts)

    @property
    def resources(self) -> Sequence[Resource]:
        """Their paths."""
        return [
            self.accounts, self.second_factor, self.audit, self.invoices, self._old_invoices,
            self._access, self._earnings,
        ]  # fmt: skip

    @property
    def saved(self) -> SavedHolder:
        """What must survive a restart."""
        return SavedHolder(
            self.accounts.profile, self.second_factor.state, self.audit.rows, self.invoices.rows,
            self._access.subaccounts,
        )  # fmt: skip

    def restore(self, saved: SavedHolder) -> None:
        """Restore saved state."""
        self.accounts.profile = saved.profile
        self.second_factor.restore(saved.logins)
        self.audit.restore(saved.audit)
        self.invoices.rows = list(saved.invoices)
        if saved.subaccounts is not None:
            self._access.subaccounts = list(saved.subaccounts)
