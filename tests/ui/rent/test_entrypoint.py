"""An image started with its entrypoint: what has to do with SSH is not asked, nor kept."""

from __future__ import annotations

from textual.widgets import Input

from tests.support.rent_dialog import open_dialog, put
from tests.support.stage import stage
from tests.ui.rent.test_rent import FIRST, bodies
from vasttui.models.rent import Launch
from vasttui.models.template import Template
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.rent.from_template import with_template, with_usual_launch
from vasttui.ui.rent.typed import Typed


async def test_with_an_entrypoint_nothing_of_ssh_is_asked() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        launch = modal.query_one("#launch", PickOne)
        ssh = ("#way", "#keys", "#row_self_stop")
        for size in ((120, 36), (80, 24), (60, 20)):
            await running.pilot.resize_terminal(*size)
            launch.choose(Launch.SSH.name)
            await running.pause()
            assert all(modal.query_one(name).display for name in ssh), size
            launch.choose(Launch.ARGS.name)
            await running.pause()
            assert not any(modal.query_one(name).display for name in ssh), size
            modal.query_one("#in_onstart", Input).focus()
            await running.pause()
            assert "besides 22" not in running.text, size
            assert "runs at every start" not in running.text, size
            assert modal.query_one("#row_args").display, size


async def test_an_entrypoint_is_not_kept_for_the_next_offer() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        put(running, "image", "me/server:1")
        modal.query_one("#launch", PickOne).choose(Launch.ARGS.name)
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: running.app.screen is not modal)
        assert bodies(running)[0]["runtype"] == "args"
        modal = await open_dialog(running)
        assert modal.query_one("#launch", PickOne).value == Launch.SSH.name
        assert modal.query_one("#in_image", Input).value == "me/server:1"


def test_the_launch_of_a_remembered_form_is_the_usual_one() -> None:
    server = Template(id=1, hash_id="a", name="server", runtype="args")
    typed = Typed(launch=Launch.ARGS.name)
    assert with_usual_launch(typed, server) == typed
    assert with_usual_launch(typed, None) == Typed()
    jupyter = Typed(launch=Launch.JUPYTER.name)
    assert with_usual_launch(jupyter, None) == jupyter
    assert with_template(typed, None, server).launch == Launch.SSH.name
