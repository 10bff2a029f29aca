"""The SSH keys of the account, and those of this computer beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.worker import Worker

from vasttui.errors import RateLimited, Rejected, VastError
from vasttui.lists.columns import Column
from vasttui.lists.resource import Fact, Resource, raw_facts
from vasttui.query.fields import Field, FieldSet
from vasttui.services.snapshot import Snapshot
from vasttui.services.ssh.fixes import SshFixer
from vasttui.services.ssh.key_ring import RingKey, account_ring
from vasttui.services.ssh.key_use import KeyUse
from vasttui.ui.account.key_words import Use, added, age, here, numbers, plain_here
from vasttui.ui.context import context
from vasttui.ui.copying import copy_and_show
from vasttui.ui.keys import bindings
from vasttui.ui.lists.resource_screen import ResourceScreen
from vasttui.ui.modals.public_key import key_fixer
from vasttui.ui.opening import open_dialog

if TYPE_CHECKING:
    from vasttui.ui.client import Client

_NEW_ONLY = "Account keys are added to new instances only, not to running ones."


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
    _use: KeyUse | None = None
    _looking: Worker[None] | None = None

    def make_resource(self) -> Resource[RingKey]:
        new = context(self).hint("ssh_keys.new", "adds one.")
        return Resource(
            name="ssh_keys",
            noun="SSH key",
            id=lambda key: key.key.blob,
            columns=(
                Column("name", "Key", 16, lambda k: (k.name, ""), "name, or comment", 0, left=True,
                       value=lambda k: k.name.casefold(), grows=True),
                Column("type", "Type", 9, lambda k: (k.key.type, ""), "type", 3, left=True,
                       value=lambda k: k.key.type),
                Column("print", "Fingerprint", 50, lambda k: (k.fingerprint, "dim"), "fingerprint",
                       6, left=True, value=lambda k: k.fingerprint),
                Column("on", "On instances", 24, lambda k: self._use_of(k).short,
                       "instances that have it", 2, left=True,
                       value=lambda k: len(self._use_of(k).having), best_first=True),
                Column("here", "This computer", 24, here, "private key on this computer", 1,
                       left=True, value=lambda k: here(k)[0], plain=plain_here),
                Column("added", "Added", 10, lambda k: (added(k), "dim"), "added on",
                       5, value=lambda k: k.added, best_first=True),
                Column("id", "Id", 7, lambda k: (numbers(k), "dim"), "id on the account", 4,
                       value=lambda k: k.account or None),
            ),
            fields=FIELDS,
            sort=(("name", False),),
            details={"Overview": self._overview, "Raw": raw_facts},
            read=self._read,
            empty=f"Without one, new instances cannot be reached over SSH. {new}".strip(),
            hints=("type to filter: laptop", "here", "-account", "type:ed25519"),
        )  # fmt: skip

    async def _read(self, api: Client) -> Sequence[RingKey]:
        ring = await account_ring(api.ssh_keys, context(self).session.ssh.folder)
        context(self).veil.learn_keys(ring.keys)
        self._problems = ring.problems
        return ring.keys

    def _begin(self) -> None:
        self._use = None
        super()._begin()

    def app_changed(self, what: str) -> None:
        if what == "refresh" and self._use is not None:
            self._use.forget_age()
        super().app_changed(what)

    def rows_arrived(self, snapshot: Snapshot[RingKey]) -> None:
        super().rows_arrived(snapshot)
        idle = self._looking is None or self._looking.is_finished
        if self.feed.on_screen and snapshot.number and not snapshot.busy and idle:
            self._looking = self.run_worker(self._look(), group="key-use", description="")

    async def _look(self) -> None:
        """Read which instances have which key."""
        app = context(self)
        if self._use is None:
            self._use = KeyUse(self.api.ssh_keys, app.session.clock)
        numbers = [row.id for row in app.fleet.rows]
        await self._use.read(numbers, self._use_changed, lambda: self.feed.on_screen)

    def _use_changed(self) -> None:
        if self.is_current and self.query("#rows"):
            self.table.redraw()
            self.show_detail()

    def _use_of(self, key: RingKey) -> Use:
        rows = context(self).fleet.rows
        attached = self._attached
        failed = self._failed_readings
        read = [row for row in rows if row.id in attached]
        broken = sum(row.id in failed for row in rows)
        having = [row for row in read if key.key.blob in attached[row.id]]
        lacking = [row for row in read if key.key.blob not in attached[row.id]]
        return Use(
            tuple(row.instance.name for row in having),
            tuple(row.instance.name for row in lacking),
            len(rows) - len(read) - broken,
            broken,
        )

    def _overview(self, key: RingKey) -> Sequence[Fact]:
        """The facts of a key."""
        on = {None: "unknown", True: f"yes, id {numbers(key)}", False: "no"}
        known = None if key.account is None else bool(key.account)
        return [
            Fact("Account", on[known], "warn" if known is None else ""),
            Fact("Here", *here(key)),
            Fact("On", self._use_of(key).long),
            Fact("Added", age(key, context(self).session.clock.now())),
            Fact("Fingerprint", key.fingerprint or "?"),
            Fact("Comment", key.key.comment or "-"),
            Fact("Note", _NEW_ONLY, "dim"),
            Fact("Public", key.key.text),
        ]

    def notice(self) -> Content | None:
        """What is wrong with a key on this computer, unless the list itself is in trouble."""
        problem = next(iter(self._problems), None)
        if super().notice() is not None or problem is None:
            return super().notice()
        more = f" (and {len(self._problems) - 1} more)" if len(self._problems) > 1 else ""
        return Content.styled(f" ! {problem}{more}", "$text-warning")

    def why_off(self, action_id: str) -> str:
        if action_id == "ssh_keys.new" and self._refusal is not None:
            return str(self._refusal).removesuffix(".")
        return super().why_off(action_id)

    @property
    def _refusal(self) -> VastError | None:
        """Why the service has no keys for this account or API key, so that none is made here."""
        error = self.snapshot.error
        refused = isinstance(error, Rejected) and not isinstance(error, RateLimited)
        return error if refused else None

    async def action_new(self) -> None:
        if self._refusal is not None:
            self.app.notify(self._refusal.sentence, severity="error", timeout=12, markup=False)
            return
        await self.change(self._add())

    async def _add(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.add_key import ask_key_to_add

        new = await ask_key_to_add(context(self), self.browse.list.all_rows)
        if new is not None:
            done = f"{new.name} was added to the account."
            same = f"{new.name} is on the account already."
            work = self._fixer.add_to_account(new.key)
            await self.report(work, done, new.key.blob, same=same)

    async def action_edit(self) -> None:
        key = self.browse.current
        if key is None:
            return
        if key.account is None or len(key.account) != 1:
            twice = "is there more than once: delete one first" if key.account else "is not there"
            text = f"Only a key of the account is replaced: {key.name} {twice}."
            self.app.notify(text, markup=False)
            return
        await self.change(self._replace(key, key.account[0]))

    async def _replace(self, old: RingKey, number: int) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.modals.add_key import ask_key_to_add

        new = await ask_key_to_add(
            context(self), self.browse.list.all_rows, title=f"Replace {old.name} by", verb="Use"
        )
        if new is None:
            return
        about = (
            f"Now  {old.name}  {old.fingerprint}\nThen {new.name}  {new.fingerprint}\n\n"
            "New instances get the new key. Instances that have the old one keep it."
        )
        if await self.sure("Replace on the account", about, "Replace"):
            work = self._fixer.replace_on_account(number, old.key, new.key)
            done = f"{new.name} is on the account in place of {old.name}."
            await self.report(work, done, new.key.blob)

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
                    await self.report(work, f"{key.name} is no longer on the account.",
                                      removes=key.key.blob)  # fmt: skip

    @property
    def _fixer(self) -> SshFixer:
        return key_fixer(context(self).session, self.api.ssh_keys)

    async def action_copy(self) -> None:
        if self.browse.current is not None:
            await self.copy(self.browse.current.key.text)

    @property
    def _attached(self) -> Mapping[int, frozenset[str]]:
        return {} if self._use is None else self._use.attached

    @property
    def _failed_readings(self) -> Collection[int]:
        return () if self._use is None else self._use.failed

    async def action_attach(self) -> None:
        if self.targets:
            await self.change(self._attach_keys(tuple(self.targets)))

    async def _attach_keys(self, keys: Sequence[RingKey]) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.key_flows import attach_keys

        await attach_keys(context(self), keys, self._attached, self._failed_readings)
        if self._use is not None:
            self._use.forget_age()
        self.feed.wake()

    async def action_test(self) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.key_flows import try_login

        if self.browse.current is not None:
            readings = self._attached, self._failed_readings
            flow = try_login(context(self), self.browse.current, *readings)
            await open_dialog(self.app, flow)

    async def action_copy_as(self) -> None:
        if self.browse.current is not None:
            await open_dialog(self.app, self._copy_as(self.browse.current))

    async def _copy_as(self, key: RingKey) -> None:
        # start-up: the dialogs and their widgets take 25 ms to import
        from vasttui.ui.account.key_flows import key_texts
        from vasttui.ui.modals.copy_as import CopyAsModal, CopyOption

        options = [CopyOption(one.label, one.text) for one in key_texts(key)]
        chosen = await context(self).push_screen_wait(CopyAsModal(options))
        if chosen is not None:
            await copy_and_show(self.app, context(self).session.clipboard, chosen.text)

    def detail_title(self, key: RingKey) -> Content:
        return Content(f"{key.name} · {key.key.type} · {key.fingerprint}")
