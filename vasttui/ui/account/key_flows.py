"""SSH keys attached to instances, tested on one, and copied as commands."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence

from textual.content import Content

from vasttui.models.status import Phase
from vasttui.services.copy_as import CopyText
from vasttui.services.fleet.snapshot import Fleet, FleetRow
from vasttui.services.ssh.key_ring import RingKey
from vasttui.ui.account.key_words import FAILED, UNREAD
from vasttui.ui.context import AppContext
from vasttui.ui.instances.attach import AttachFlow
from vasttui.ui.instances.ssh_doctor import DoctorFlow
from vasttui.ui.modals.choose import ChooseModal, MenuItem

Attached = Mapping[int, Collection[str]]
"""The blobs of the keys on each instance that could be read."""


async def attach_keys(
    app: AppContext, keys: Sequence[RingKey], attached: Attached, failed: Collection[int]
) -> None:
    """Ask which instances are to get these keys, and attach them there. The keys of the `failed`
    could not be read."""
    rows = _known_rows(app)
    if not rows:
        return
    blobs = {key.key.blob for key in keys}
    lacking = [row for row in rows if not blobs <= set(attached.get(row.id, ()))]
    every = [lacking] if len(lacking) > 1 else []
    choices = [
        *(
            MenuItem(Content(f"All {len(some)}"), Content(_names(app.fleet, some)))
            for some in every
        ),
        *(_choice(app.fleet, row, blobs, attached, failed) for row in rows),
    ]
    title = f"Attach {keys[0].name if len(keys) == 1 else f'{len(keys)} keys'} to"
    index = await app.push_screen_wait(ChooseModal(title, choices))
    if index is not None:
        chosen = [*every, *([row] for row in rows)][index]
        await AttachFlow(app).give([(key.name, key.key) for key in keys], chosen)


async def try_login(
    app: AppContext, key: RingKey, attached: Attached, failed: Collection[int]
) -> None:
    """Log in to an instance with this key, chosen where several may have it."""
    if key.local is None or key.local.path is None:
        where = "only in ssh-agent" if key.local is not None else "not on this computer"
        why = f"its private key is {key.unchecked or where}"
        app.notify(f"No login can be tested with {key.name}: {why}.", markup=False)
        return
    running = [row for row in _known_rows(app) if row.phase is Phase.RUNNING]
    rows = [row for row in running if key.key.blob in attached.get(row.id, (key.key.blob,))]
    at: int | None = 0
    if len(rows) > 1:
        choices = [_choice(app.fleet, row, set(), attached, failed) for row in rows]
        at = await app.push_screen_wait(ChooseModal(f"Log in with {key.name} to", choices))
    if running and not rows:
        attach = app.keymap.spelled("ssh_keys.attach")
        app.notify(f"{key.name} is on no running instance: {attach} attaches it.", markup=False)
    elif not running:
        app.notify("No instance is running: there is nothing to log in to.", markup=False)
    elif at is not None:
        await DoctorFlow(app).examine(rows[at], identity=str(key.local.private_path))


def key_texts(key: RingKey) -> list[CopyText]:
    """What can be copied for a key (client 1.9.1 `create ssh-key`, `attach ssh`)."""
    public = shlex.quote(key.key.text)
    return [
        CopyText("authorized_keys", key.key.text),
        CopyText("Fingerprint", key.fingerprint),
        CopyText("Add: vastai", f"vastai create ssh-key {public}"),
        CopyText("Attach: vastai", f"vastai attach ssh ${{INSTANCE:?}} {public}"),
        *(
            CopyText("Delete: vastai", f"vastai delete ssh-key {number}")
            for number in key.account or ()
        ),
    ]


def _known_rows(app: AppContext) -> Sequence[FleetRow]:
    """The instances; says so where there are none."""
    rows = app.fleet.rows
    if not rows:
        known = app.fleet.as_of is not None
        text = "You have no instances." if known else "Your instances are not loaded yet."
        app.notify(text, markup=False)
    return rows


def _choice(
    fleet: Fleet, row: FleetRow, blobs: Collection[str], attached: Attached, failed: Collection[int]
) -> MenuItem:
    """An instance; off if it has all of these keys."""
    there = attached.get(row.id)
    has = there is not None and bool(blobs) and set(blobs) <= set(there)
    why = FAILED if row.id in failed else UNREAD
    known = "" if there is not None else f" · its keys: {why}"
    about = Content(f"{row.phase.value}{known}")
    return MenuItem(Content(fleet.called(row)), about, "has it already" if has else "")


def _names(fleet: Fleet, rows: Sequence[FleetRow]) -> str:
    more = f" and {len(rows) - 6} more" if len(rows) > 6 else ""
    return f"{', '.join(map(fleet.called, rows[:6]))}{more}"
