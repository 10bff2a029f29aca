"""Templates to rent with: those to show, and changes that are confirmed by reading."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from vasttui.api.outcome import Outcome
from vasttui.clock import Clock
from vasttui.errors import VastError
from vasttui.models.account import Account
from vasttui.models.template import SearchField, Template
from vasttui.models.template_draft import TemplateDraft, differences
from vasttui.services.confirmed_write import ConfirmedWrite

_HASH = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_TAG = re.compile(r"[\w.-]*\d[\w.-]*")

_Send = Callable[[], Awaitable[Outcome]]


class TemplateService(Protocol):
    """Requests about templates. Reads raise VastError; changes are sent once and raise nothing."""

    async def recommended(self, me: int | None = None) -> tuple[Template, ...]:
        """Those that Vast.ai recommends."""

    async def own(self, me: int) -> tuple[Template, ...]:
        """Those of this account."""

    async def search(
        self, field: SearchField, words: str, me: int | None = None
    ) -> tuple[Template, ...]:
        """Those with these words in that field."""

    async def with_ids(self, ids: Collection[int], me: int | None = None) -> tuple[Template, ...]:
        """Those with these ids."""

    async def create(self, draft: TemplateDraft) -> Outcome:
        """Create one."""

    async def edit(self, draft: TemplateDraft, old: Template) -> Outcome:
        """Change what differs from the old one."""

    async def delete(self, template_id: int) -> Outcome:
        """Delete one."""


class Accounts(Protocol):
    """Reads the account."""

    async def current(self) -> Account:
        """The account of the key. Raises VastError."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A template as the service lists it after it was saved; the names of its fields that differ
    from what was sent; whether it was there before, with the very same content."""

    template: Template
    differs: tuple[str, ...] = ()
    was_there: bool = False


def _fields(words: str) -> Sequence[SearchField]:
    """What these words may be part of, likeliest first; each is a request."""
    if _HASH.fullmatch(words):
        return ("hash_id",)
    if "/" in words:
        return ("image",)
    return ("name", "image", "tag") if _TAG.fullmatch(words) else ("name", "image")


class _Named(NamedTuple):
    """The ids in an answer, whatever they are."""

    id: object = None
    hash_id: object = None


class TemplateShelf:
    """The account's templates and the recommended ones."""

    def __init__(self, api: TemplateService, accounts: Accounts, clock: Clock) -> None:
        self._api, self._accounts, self._clock = api, accounts, clock
        self._me: int | None = None
        self.known: dict[int, Template] = {}
        """All that were read, by id, as they were then."""

    async def listed(self, starred: Collection[int] = ()) -> tuple[Template, ...]:
        """The account's own, the recommended ones, and those with the ids `starred`. Raises
        VastError."""
        rows = {template.id: template for template in await self.own()}
        rows = {one.id: one for one in await self.recommended()} | rows
        if missing := [number for number in starred if number not in rows]:
            found = await self._api.with_ids(missing, await self._account())
            rows |= {template.id: template for template in self._keep(found)}
        return tuple(sorted(rows.values(), key=lambda one: not one.mine))

    async def own(self) -> tuple[Template, ...]:
        """The account's own. Raises VastError."""
        found = await self._api.own(await self._account())
        for number in [number for number, one in self.known.items() if one.mine]:
            del self.known[number]
        return self._keep(found)

    async def recommended(self) -> tuple[Template, ...]:
        """Those that Vast.ai recommends. Raises VastError."""
        return self._keep(await self._api.recommended(self._me))

    async def search(self, words: str) -> AsyncIterator[tuple[Template, ...]]:
        """Templates of anybody with these words in name, image or tag, or with this hash id, as
        each request brings them. Raises VastError."""
        for field in _fields(words):
            plain = words.lower() if field == "hash_id" else words
            yield self._keep(await self._api.search(field, plain, await self._account()))

    async def create(self, draft: TemplateDraft) -> Saved:
        """Create a template, once, and find it in the list. Raises VastError."""
        before = {template.id for template in await self.own()}
        return await self._save(draft, lambda: self._api.create(draft), before, None)

    async def edit(self, draft: TemplateDraft, old: Template) -> Saved:
        """Change a template, once, if it is still as it was shown. Raises VastError."""
        own = await self.own()
        self._check_same(_by_id(own, old.id), old)
        before = {template.id for template in own}
        return await self._save(draft, lambda: self._api.edit(draft, old), before, old)

    async def delete(self, old: Template) -> None:
        """Delete a template, if it is still as it was shown. Raises VastError."""
        found = _by_id(await self.own(), old.id)
        if found is None:
            return
        self._check_same(found, old)

        async def is_gone() -> bool:
            return _by_id(await self.own(), old.id) is None

        unseen = VastError("Vast.ai still lists the template.", hint="Check again in a minute.")
        await ConfirmedWrite(lambda: self._api.delete(old.id), is_gone, unseen).make(self._clock)
        self.known.pop(old.id, None)

    async def _save(
        self, draft: TemplateDraft, send: _Send, before: Collection[int], old: Template | None
    ) -> Saved:
        answered: list[_Named] = []
        found: list[Template] = []

        async def sent() -> Outcome:
            outcome = await send()
            answered.append(_named_in(outcome.data))
            return outcome

        async def is_there() -> bool:
            named = answered[-1]
            found[:] = [one for one in await self.own() if _is_it(one, draft, named, before, old)]
            return bool(found)

        unseen = VastError(
            "It was saved, but Vast.ai does not list it.",
            hint="Check the list before you save it again.",
        )
        await ConfirmedWrite(sent, is_there, unseen, sends=1).make(self._clock)
        template = found[0]
        was_there = old is None and template.id in before
        return Saved(template, differences(draft, template), was_there)

    def _keep(self, found: tuple[Template, ...]) -> tuple[Template, ...]:
        self.known |= {template.id: template for template in found}
        return found

    async def _account(self) -> int:
        """The id of the account, which is read once."""
        if self._me is None:
            self._me = (await self._accounts.current()).id
        return self._me

    @staticmethod
    def _check_same(found: Template | None, old: Template) -> None:
        """Raises VastError if it is no longer what was shown."""
        if found is None:
            raise VastError(f"{old.name} is no longer listed; nothing was sent.")
        if found.hash_id != old.hash_id:
            raise VastError(
                f"{old.name} was changed elsewhere; nothing was sent.",
                hint="Refresh the list and look at it again.",
            )


def _is_it(
    one: Template,
    draft: TemplateDraft,
    named: _Named,
    before: Collection[int],
    old: Template | None,
) -> bool:
    """Whether this is what was saved: by the id in the answer, else by what is new. An edit changes
    the hash id; the id may stay (docs: "edit template") or be another (client 1.9.1)."""
    if one.id == named.id and one.hash_id == named.hash_id:
        return True
    if old is not None and one.id == old.id:
        return one.hash_id != old.hash_id
    return one.id not in before and one.name == draft.name


def _by_id(templates: tuple[Template, ...], number: int) -> Template | None:
    return next((one for one in templates if one.id == number), None)


def _named_in(answer: object) -> _Named:
    """The template in an answer."""
    template = answer.get("template") if isinstance(answer, dict) else None
    return (
        _Named(template.get("id"), template.get("hash_id"))
        if isinstance(template, dict)
        else _Named()
    )
