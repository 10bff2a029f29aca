"""Makes, deletes and resets API keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import Clock
from vasttui.errors import AuthRejected, PermissionDenied, VastError
from vasttui.models.account import Account
from vasttui.models.api_key import ApiKey, NewApiKey
from vasttui.services.confirmed_write import ConfirmedWrite


class ApiKeyService(Protocol):
    """The list, and its changes, which are sent once and raise nothing."""

    async def list(self) -> tuple[ApiKey, ...]:
        """All keys, without their texts. Raises VastError."""

    async def create(self, name: str, permissions: Mapping[str, object]) -> Outcome:
        """Make a key; the outcome's data is a NewApiKey."""

    async def delete(self, key_id: int) -> Outcome:
        """Delete a key."""

    async def reset(self) -> Outcome:
        """Replace the main key; the outcome's data is the text of the new one."""


class AccountReading(Protocol):
    """Tells whether a key still works."""

    async def current(self) -> Account:
        """The account. Raises VastError."""


class StrayKey(VastError):
    """A key was made whose text nobody has."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__(
            f"No answer came. A key {key.title} ({key.id}) is there, but nobody has its text.",
            hint="Delete it, then make another.",
        )
        self.key = key


class LostKey(VastError):
    """The main key was reset, and the text of the new one is lost."""


async def make_key(
    api: ApiKeyService, clock: Clock, name: str, rights: Mapping[str, object]
) -> NewApiKey:
    """Make a key with the permissions `rights`, once. Raises VastError; StrayKey if it was made and
    its text was lost."""
    before = {key.id for key in await api.list()}
    made: NewApiKey | None = None
    stray: ApiKey | None = None

    async def send() -> Outcome:
        nonlocal made
        outcome = await api.create(name, rights)
        if isinstance(outcome.data, NewApiKey):
            made = outcome.data
        return outcome

    async def is_there() -> bool:
        nonlocal stray
        new = [key for key in await api.list() if key.id not in before and key.name == name]
        stray = next(iter(new), None)
        return stray is not None

    unseen = VastError("The key was made, but Vast.ai does not list it.")
    try:
        await ConfirmedWrite(send, is_there, unseen, sends=1).make(clock)
    except PermissionDenied as error:
        if "not authorized to create" not in str(error).lower():
            raise
        raise PermissionDenied(
            "The service does not let this key make one with these rights: it has fewer itself.",
            status=error.status,
        ) from error
    except VastError:
        if made is None:
            raise
    if made is None:
        assert stray is not None
        raise StrayKey(stray)
    return made


async def delete_key(api: ApiKeyService, clock: Clock, key_id: int) -> None:
    """Delete a key and see that it is gone. Raises VastError."""

    async def is_gone() -> bool:
        return all(key.id != key_id for key in await api.list())

    unseen = VastError(f"Vast.ai still lists key {key_id}.", hint="Check again in a minute.")
    await ConfirmedWrite(lambda: api.delete(key_id), is_gone, unseen).make(clock)


async def reset_key(api: ApiKeyService, account: AccountReading, clock: Clock) -> str:
    """Replace the key in use, once, and return the text of the new one. Raises VastError; LostKey
    if the old one was replaced and the answer was lost."""
    text = ""

    async def send() -> Outcome:
        nonlocal text
        outcome = await api.reset()
        if outcome.fate is Fate.OK and isinstance(outcome.data, str):
            text = outcome.data
        return outcome

    async def is_refused() -> bool:
        """Whether the old one does not work any more; with the new one at hand that is enough."""
        if text:
            return True
        try:
            await account.current()
        except AuthRejected:
            return True
        return False

    unseen = VastError("The key was reset.")
    await ConfirmedWrite(send, is_refused, unseen, sends=1).make(clock)
    if not text:
        raise LostKey(
            "The key was reset, but the new one never came, and nobody has it.",
            hint="Make a key on the web, and enter it here.",
        )
    return text
