"""The SSH keys of the account, and those of this computer beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.query.fields import Field, FieldSet
from vasttui.services.ssh.fixes import SshFixer
from vasttui.services.ssh.key_ring import RingKey, account_ring
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.modals.public_key import key_fixer
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_NEW_ONLY = "Account keys are added to new instances only, not to running ones."


def here(key: RingKey) -> Cell:
    """Where the private key is, and whether ssh can use it."""
    local = key.local
    if local is None:
        return key.unchecked or "no private key here", "dim"
    where = "in agent" if local.path is None else f"~/.ssh/{local.path.stem}"
    if local.usable:
        return f"{where}{', in agent' if local.in_agent and local.path else ''} ✓", "good"
    return f"{where}: {'readable by others' if local.private_found else 'no private key'}", "warn"


def plain_here(key: RingKey) -> str:
    """The same for a file, empty where it is unknown."""
    return "" if key.here is None else here(key)[0].removesuffix(" ✓")


def numbers(key: RingKey) -> str:
    """Its ids on the account."""
    return "?" if key.account is None else ", ".join(map(str, key.account)) or "-"


def added(key: RingKey) -> str:
    """The day it was added to the account."""
    return (key.added or "-")[:10]


def overview(key: RingKey) -> Sequence[Fact]:
    """The facts of a key."""
    on = {None: "unknown", True: f"yes, id {numbers(key)}", False: "no"}
    known = None if key.account is None else bool(key.account)
    return [
        Fact("Account", on[known], "warn" if known is None else ""),
        Fact("Here", *here(key)),
        Fact("Fingerprint", key.fingerprint or "?"),
        Fact("Added", added(key)),
        Fact("Note", _NEW_ONLY, "dim"),
        Fact("Public", key.key.text),
    ]


FIELDS = FieldSet(
    fields=(
        Field(name="name", kind="text", help="its name", expr="o.name", example=":laptop"),
        Field(name="type", kind="text", help="type", expr="o.key.type", example=":ed25519"),
        Field(name="here", kind="bool", help="private key on this computer", expr="o.here",
              example="=true", bare=True),
        Field(name="account", kind="bool", help="it is on the account", example="=true", bare=True,
              expr="(None if o.account is None else bool(o.account))"),
        Field(name="id", kind="number", help="id on the account", expr="(o.account or ())",
              example="=104812", known=True, many=True),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(o)", example=":laptop"),
    ),
    record="r", seen={"name": "o.name", "type": "o.key.type"},
    scope={"words": lambda key: f"{key.name}\n{key.key.type}\n{key.fingerprint}".lower()},
    price=lambda key: 0.0, example="id=104812",
)  # fmt: skip


class SshKeysScreen(ResourceScreen[RingKey]):
    """Add, delete, copy; each change is checked by reading again."""

    SCOPE = "ssh_keys"
    BINDINGS: ClassVar[list[BindingType]] = bindings("ssh_keys")

    _problems: tuple[str, ...] = ()

    def make_resource(self) -> Resource[RingKey]:
        new = context(self).keymap.spelled("ssh_keys.new")
        return Resource(
            name="ssh_keys",
            noun="SSH key",
            id=lambda key: key.key.blob,
            columns=(
                Column("name", "Key", 16, lambda k: (k.name, ""), "name, or comment", 0, left=True,
                       value=lambda k: k.name.casefold(), grows=True),
                Column("type", "Type", 9, lambda k: (k.key.type, ""), "type", 2, left=True,
                       value=lambda k: k.key.type),
                Column("print", "Fingerprint", 50, lambda k: (k.fingerprint, "dim"), "fingerprint",
                       5, left=True, value=lambda k: k.fingerprint),
                Column("here", "This computer", 24, here, "private key on this computer", 1,
                       left=True, value=lambda k: here(k)[0], plain=plain_here),
                Column("added", "Added", 10, lambda k: (added(k), "dim"), "added on",
                       4, value=lambda k: k.added, best_first=True),
                Column("id", "Id", 7, lambda k: (numbers(k), "dim"), "id on the account", 3,
                       value=lambda k: k.account or None),
            ),
            fields=FIELDS,
            sort=(("name", False),),
            details={"Overview": overview, "Raw": raw_facts},
            read=self._read,
            empty=f"Without one, new instances cannot be reached over SSH. {new} adds one.",
            hints=("type to filter: laptop", "here", "-account", "type:ed25519"),
        )  # fmt: skip

    async def _read(self, api: Client) -> Sequence[RingKey]:
        ring = await account_ring(api.ssh_keys, context(self).session.ssh.folder)
        context(self).veil.learn_keys(ring.keys)
        self._problems = ring.problems
        return ring.keys

    def notice(self) -> Content | None:
        """What is wrong with a key on this computer, unless the list itself is in trouble."""
        problem = next(iter(self._problems), None)
        if super().notice() is not None or problem is None:
            return super().notice()
        more = f" (and {len(self._problems) - 1} more)" if len(self._problems) > 1 else ""
        return Content.styled(f" ! {problem}{more}", "$text-warning")

    async def action_new(self) -> None:
        await self.change(self._add())

    async def _add(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.add_key import ask_key_to_add

        new = await ask_key_to_add(context(self), self.browse.list.all_rows)
        if new is not None:
            done = f"{new.name} was added to the account."
            await self.report(self._fixer.add_to_account(new.key), done, new.key.blob)

    async def action_delete(self) -> None:
        if self.targets:
            await self.change(self._delete(tuple(self.targets)))

    async def _delete(self, chosen: Sequence[RingKey]) -> None:
        keys = [key for key in chosen if key.account]
        others = ", ".join(key.name for key in chosen if not key.account)
        names = "\n".join(f"{key.name}  {key.fingerprint}" for key in keys)
        about = f"{names}\n\nNew instances will not get it; instances that have it keep it."
        about += f"\n\nNot affected: {others} (not on the account)." if others else ""
        if not keys:
            self.app.notify("That key is not on the account.", markup=False)
        elif await self.sure("Delete from the account", about, "Delete"):
            for key in keys:
                for number in key.account or ():
                    work = self._fixer.delete_from_account(number, key.key)
                    await self.report(work, f"{key.name} is no longer on the account.")

    @property
    def _fixer(self) -> SshFixer:
        return key_fixer(context(self).session, self.api.ssh_keys)

    async def action_copy(self) -> None:
        if self.browse.current is not None:
            text = self.browse.current.key.text
            clipboard = context(self).session.clipboard
            await open_dialog(self.app, copy_and_show(self.app, clipboard, text))

    def detail_title(self, key: RingKey) -> Content:
        return Content(f"{key.name} · {key.key.type} · {key.fingerprint}")
