"""Another image, template or settings: what is shown before and after, and what is sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from textual.widgets import Button, Input, OptionList

from tests.support.rented import called, put
from tests.support.stage import Stage, stage
from tests.ui.instances.test_instances import contract, on
from vasttui.models.remake import Difference, LaunchSettings
from vasttui.models.self_stop import stop_after
from vasttui.models.template import Template
from vasttui.ui.instances.edit_dialog import EditModal
from vasttui.ui.instances.edit_form import EditTyped, read_edit, settings_of, typed_of
from vasttui.ui.modals.message import ConfirmModal
from vasttui.ui.rent.templates import TemplatesModal

OLD = LaunchSettings(
    image="acme/a:1", args=("--port", "80 81"), onstart="echo one\necho two",
    env={"-p 80:80": "1", "A": "x y", "TEXT": "two\nlines", "VASTTUI_INTENT": "abc"},
)  # fmt: skip
TEMPLATE = Template(
    id=1, hash_id="f" * 32, name="vLLM", image="acme/b", tag="2", env={"MODEL": "m"},
    ports=("8000:8000",), onstart="run", args="--x",
)  # fmt: skip


def typed(**changes: str) -> EditTyped:
    fields = {name: getattr(typed_of(OLD), name) for name in EditTyped.__slots__}
    return EditTyped(**{**fields, **changes})


def test_the_form_starts_with_what_is_there() -> None:
    assert typed_of(OLD) == EditTyped(
        image="acme/a:1", args="--port '80 81'", env="'A=x y'", onstart="echo one\necho two"
    )
    reading = read_edit(typed(), OLD, None)
    assert (reading.change.body, reading.differences, reading.wrong) == ({}, (), {})


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"image": "acme/a:2"}, {"image": "acme/a:2"}),
        ({"args": ""}, {"args": ""}),
        ({"args": "--port 80"}, {"args": "--port 80"}),
        ({"onstart": ""}, {"onstart": ""}),
        ({"env": "A=z B=1"}, {"env": {**OLD.kept, "A": "z", "B": "1"}}),
        ({"env": ""}, {"env": OLD.kept}),
        ({"env": "A='x y'"}, {}),
    ],
)
def test_only_what_is_different_is_sent(changes: dict[str, str], body: dict[str, object]) -> None:
    reading = read_edit(typed(**changes), OLD, None)
    assert reading.wrong == {}
    assert reading.change.body == body
    assert bool(reading.differences) is bool(body)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"image": ""}, "image", "Enter an image"),
        ({"image": "Acme/A b"}, "image", "Format"),
        ({"args": "'"}, "args", "A quote is not closed."),
        ({"env": "A"}, "env", "NAME=value"),
        ({"env": "VASTTUI_INTENT=1"}, "env", "set by vasttui"),
        ({"env": "VAST_API_KEY=1"}, "env", "the account's API key"),
        ({"env": "A=-----BEGIN_RSA_PRIVATE_KEY-----"}, "env", "private key"),
        ({"onstart": "x" * 5000}, "onstart", "At most 4096 bytes"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    changes: dict[str, str], field: str, words: str
) -> None:
    assert words in read_edit(typed(**changes), OLD, None).wrong[field]


def test_a_key_that_is_there_already_hinders_no_other_change() -> None:
    old = replace(OLD, env={"VAST_API_KEY": "x"})
    reading = read_edit(replace(typed_of(old), image="acme/a:2"), old, None)
    assert (reading.wrong, reading.change.body) == ({}, {"image": "acme/a:2"})


def test_what_could_not_be_read_and_was_not_touched_is_not_sent() -> None:
    unread = LaunchSettings()
    reading = read_edit(typed_of(unread), unread, None)
    assert (reading.change.body, reading.wrong) == ({}, {})


def test_a_template_alone_is_sent_as_its_hash() -> None:
    start = typed_of(settings_of(TEMPLATE, OLD))
    assert start == EditTyped(image="acme/b:2", args="--x", env="MODEL=m", onstart="run")
    reading = read_edit(start, OLD, TEMPLATE)
    assert reading.change.body == {"template_hash_id": "f" * 32}
    assert [one.name for one in reading.differences] == [
        "Template", "Image", "Arguments", "-p 8000:8000", "-p 80:80", "A", "MODEL", "TEXT",
        "On start",
    ]  # fmt: skip


def test_what_differs_from_the_template_is_sent_with_it() -> None:
    start = typed_of(settings_of(TEMPLATE, OLD))
    changed = EditTyped(image="acme/b:3", args=start.args, env="MODEL=n", onstart=start.onstart)
    assert read_edit(changed, OLD, TEMPLATE).change.body == {
        "template_hash_id": "f" * 32,
        "image": "acme/b:3",
        "env": {"-p 8000:8000": "1", "VASTTUI_INTENT": "abc", "MODEL": "n"},
    }


def test_volumes_stay_with_a_template_and_with_other_variables() -> None:
    env = {"-v datasets:/data": "1", "A": "x"}
    old = LaunchSettings(image="acme/a:1", args=(), env=env, onstart="")
    start = typed_of(settings_of(TEMPLATE, old))
    reading = read_edit(start, old, TEMPLATE)
    assert not [one for one in reading.differences if one.name.startswith("-v")]
    changed = EditTyped(image=start.image, args=start.args, env="B=1", onstart=start.onstart)
    for template in (TEMPLATE, None):
        sent = read_edit(changed, old, template).change.env
        assert sent is not None
        assert sent["-v datasets:/data"] == "1"


STOP = LaunchSettings(image="acme/a:1", args=(), env={}, onstart=f"{stop_after(2)}\necho hi")


@pytest.mark.parametrize(
    ("changes", "sent", "said"),
    [
        ({"image": "acme/a:2"}, None, "2 h after each start, counted anew"),
        ({"onstart": "echo x"}, f"{stop_after(2)}\necho x", "2 h after each start, counted anew"),
        ({"onstart": ""}, stop_after(2), "2 h after each start, counted anew"),
        ({"self_stop": "3"}, f"{stop_after(3)}\necho hi", "3 h after each start"),
        ({"self_stop": ""}, "echo hi", "never"),
    ],
)
def test_the_timer_that_stops_it_stays_unless_it_is_taken_out(
    changes: dict[str, str], sent: str | None, said: str
) -> None:
    start = typed_of(STOP)
    assert (start.onstart, start.self_stop) == ("echo hi", "2")
    reading = read_edit(replace(start, **changes), STOP, None)
    assert reading.change.onstart == sent
    assert reading.differences[-1] == Difference("Stop itself", "2 h after each start", said)
    assert read_edit(start, STOP, None).differences == ()
    assert "hours" in read_edit(replace(start, self_stop="0"), STOP, None).wrong["self_stop"]


def test_the_timer_that_stops_it_stays_with_a_template() -> None:
    reading = read_edit(typed_of(settings_of(TEMPLATE, STOP)), STOP, TEMPLATE)
    assert reading.change.onstart == f"{stop_after(2)}\nrun"
    assert reading.differences[-1].after == "2 h after each start, counted anew"
    without = replace(typed_of(settings_of(TEMPLATE, STOP)), self_stop="")
    assert read_edit(without, STOP, TEMPLATE).change.onstart is None
    assert read_edit(without, STOP, TEMPLATE).differences[-1].after == "never"


async def opened(running: Stage, label: str = "train-a") -> EditModal:
    await running.instances()
    await on(running, label)
    await running.press("e")
    await running.until(lambda: isinstance(running.app.screen, EditModal))
    await running.pause()
    modal = running.app.screen
    assert isinstance(modal, EditModal)
    return modal


async def set_field(running: Stage, modal: EditModal, name: str, text: str) -> None:
    modal.query_one(f"#in_{name}", Input).value = text
    await running.pause()


async def confirm(running: Stage, modal: EditModal) -> ConfirmModal:
    modal.query_one("#confirm", Button).press()
    await running.until(lambda: isinstance(running.app.screen, ConfirmModal))
    await running.pause()
    question = running.app.screen
    assert isinstance(question, ConfirmModal)
    return question


async def test_before_and_after_are_shown_and_one_request_is_sent() -> None:
    async with stage(instances=4, size=(120, 40)) as running:
        modal = await opened(running)
        before = contract(running, "train-a").image
        await set_field(running, modal, "image", "acme/new:2")
        assert f"{before} → acme/new:2" in running.text
        await confirm(running, modal)
        said = " ".join(running.text.replace("│", " ").split())
        assert f"Image: {before} → acme/new:2" in said
        assert "everything on its disk is lost, /root and /workspace too" in said
        await running.press("right", "enter")
        await running.until(lambda: "it has the new settings" in running.said, 30.0)
        assert [json.loads(text) for text in running.sent("update_instance")] == [
            {"image": "acme/new:2"}
        ]
        assert called(running.world, "train-a")["image_uuid"] == "acme/new:2"


async def test_variables_are_hidden_and_what_else_stands_there_is_kept() -> None:
    async with stage(instances=4, size=(120, 40)) as running:
        modal = await opened(running)
        assert "/workspace/hf" not in running.text
        await set_field(running, modal, "env", "HF_HOME=/secret")
        assert "set → another value" in running.text
        assert "/secret" not in running.text
        await confirm(running, modal)
        await running.press("right", "enter")
        await running.until(lambda: "it has the new settings" in running.said, 30.0)
        [sent] = map(json.loads, running.sent("update_instance"))
        assert sent == {"env": {"-p 6006:6006": "1", "HF_HOME": "/secret"}}
        assert "/secret" not in repr(running.app.live.api.exchanges)  # type: ignore[union-attr]


async def test_the_key_in_use_goes_to_no_host_and_what_is_replaced_is_said() -> None:
    async with stage(instances=4, holds_key=lambda text: "s3cret" in text) as running:
        modal = await opened(running)
        await set_field(running, modal, "env", "PATH=/x A=s3cret")
        assert "! PATH replaces the container's own" in running.text
        modal.query_one("#confirm", Button).press()
        await running.pause()
        assert "✖ That is the account's API key: every host would get it" in running.text
        assert isinstance(running.app.screen, EditModal)


async def test_what_was_changed_meanwhile_is_shown_before_it_is_sent() -> None:
    async with stage(instances=4) as running:
        modal = await opened(running)
        await set_field(running, modal, "image", "acme/new:2")
        number = called(running.world, "train-a")["id"]
        await confirm(running, modal)
        put(running.world, f"update_template/{number}", {"image": "acme/other:1"})
        await running.press("right", "enter")
        await running.until(lambda: "It has been changed since it was read" in running.text)
        assert "acme/other:1 → acme/new:2" in running.text
        assert len(running.sent("update_instance")) == 1  # theirs
        await confirm(running, modal)
        await running.press("right", "enter")
        await running.until(lambda: len(running.sent("update_instance")) == 2)


async def test_a_template_fills_the_fields() -> None:
    async with stage(instances=4, size=(120, 40)) as running:
        modal = await opened(running)
        modal.query_one("#template").focus()
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TemplatesModal))
        chooser = running.app.screen
        await running.until(lambda: chooser.query_one(OptionList).option_count > 3)
        await running.press("down", "enter")
        await running.until(lambda: running.app.screen is modal)
        await running.pause()
        assert "documented nowhere" in running.text
        await confirm(running, modal)
        await running.press("right", "enter")
        await running.until(lambda: "it has the new settings" in running.said, 30.0)
        [sent] = map(json.loads, running.sent("update_instance"))
        assert list(sent) == ["template_hash_id"]
        row = called(running.world, "train-a")
        assert row["template_hash_id"] == sent["template_hash_id"]


async def test_an_accepted_change_that_does_not_show_is_not_called_done() -> None:
    async with stage(instances=4, faults={"update_instance": ["late_commit:3600"]}) as running:
        modal = await opened(running)
        await set_field(running, modal, "image", "acme/new:2")
        await confirm(running, modal)
        await running.press("right", "enter")
        await running.until(lambda: "update train-a:" in running.said, 120.0, step=1.0)
        assert "it has the new settings" not in running.said
        assert len(running.sent("update_instance")) == 1


async def test_no_at_the_question_leads_back_and_what_cannot_be_read_again_is_not_sent() -> None:
    async with stage(instances=4) as running:
        modal = await opened(running)
        modal.query_one("#confirm", Button).press()
        await running.pause()
        assert running.text.count("Nothing is different yet.") == 2
        assert isinstance(running.app.screen, EditModal)

        await set_field(running, modal, "image", "acme/new:2")
        for size in ((80, 24), (60, 16), (120, 36)):
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert "[ Change… ]" in running.text, size

        await confirm(running, modal)
        await running.press("enter")  # the focus is on Cancel
        await running.until(lambda: running.app.screen is modal)
        assert modal.query_one("#in_image", Input).value == "acme/new:2"
        assert not running.sent("update_instance")

        await confirm(running, modal)
        running.world.plan("instance", ["http:503"] * 9)
        await running.press("right", "enter")
        await running.until(lambda: "Nothing was sent: it was not read again" in running.text, 60.0)
        assert not running.sent("update_instance")


async def test_read_only_mode_asks_nothing() -> None:
    async with stage(instances=4, read_only=True) as running:
        await running.instances()
        await on(running, "train-a")
        await running.press("e")
        await running.pause()
        assert "Read-only mode" in running.said


async def test_the_command_of_the_official_client_without_values() -> None:
    async with stage(instances=4) as running:
        modal = await opened(running)
        modal.query_one("#cancel").focus()
        await running.press("Y")
        await running.until(lambda: "Nothing is different yet." in running.text)
        await set_field(running, modal, "image", "acme/new:2")
        await set_field(running, modal, "env", "A=geheim")
        modal.query_one("#cancel").focus()
        await running.press("Y")
        await running.until(lambda: "Equivalent vastai command" in running.text)
        said = " ".join(running.text.replace("│", " ").split())
        assert "--image acme/new:2" in said
        assert '"A": "***"' in said
        assert "geheim" not in running.text
        assert not running.sent("update_instance")
