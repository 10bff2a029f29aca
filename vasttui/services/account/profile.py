"""Reads all there is to see of the account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vasttui.errors import PermissionDenied, Rejected, VastError
from vasttui.models.account import Account, Address, Connection, SecondFactor, Subaccount

Part = TypeVar("Part")


class ProfileReadings(Protocol):
    """Reads the account. Each raises VastError."""

    async def current(self) -> Account:
        """The account."""

    async def second_factor(self) -> SecondFactor:
        """The state of two-factor authentication."""

    async def addresses(self) -> Sequence[Address]:
        """The addresses it was used from."""

    async def subaccounts(self) -> Sequence[Subaccount]:
        """The accounts that belong to it."""

    async def connections(self) -> Sequence[Connection]:
        """Its connections to cloud storage."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The parts of the account, or why one could not be read."""

    account: Account | VastError
    second_factor: SecondFactor | VastError
    addresses: Sequence[Address] | VastError
    subaccounts: Sequence[Subaccount] | VastError
    connections: Sequence[Connection] | VastError

    @property
    def passing(self) -> list[VastError]:
        """Why parts could not be read, where that may pass: a refusal does not."""
        parts = (
            self.account, self.second_factor, self.addresses, self.subaccounts, self.connections,
        )  # fmt: skip
        return [
            part for part in parts if isinstance(part, VastError) and not isinstance(part, Rejected)
        ]


async def read_profile(api: ProfileReadings) -> Profile:
    """The account, then its other parts. Raises VastError if the account itself cannot be read,
    unless that is for lack of a right: a login with a second factor may give it."""
    account = await _part(api.current())
    if isinstance(account, VastError) and not isinstance(account, PermissionDenied):
        raise account
    parts = await asyncio.gather(
        _part(api.second_factor()),
        _part(api.addresses()),
        _part(api.subaccounts()),
        _part(api.connections()),
    )
    return Profile(account, *parts)


async def _part(reading: Awaitable[Part]) -> Part | VastError:
    try:
        return await reading
    except VastError as error:
        return error
