"""Templates that are starred, and those that are tried when they are saved."""

from __future__ import annotations

from pathlib import Path

from tests.support.stage import stage
from tests.support.template_screen import cursor_on, form, names, put, templates
from vasttui.state.preferences import PreferenceStore
from vasttui.ui.templates.form import TemplateForm


async def test_a_starred_template_stands_on_top_here_also_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    kept = PreferenceStore(file, lambda job: job())
    async with stage(preferences=kept) as running:
        screen = await templates(running)
        await cursor_on(running, screen, "ComfyUI")
        await running.press("*")
        await running.pause()
        assert names(screen)[0] == "ComfyUI"
        assert "* ComfyUI" in running.text
        assert screen.browse.current is not None
        assert screen.browse.current.name == "ComfyUI"
        await running.press("slash")
        await running.type("web page")
        await running.until(lambda: names(screen) == ["vLLM with a web page"])
        await running.press("enter", "*")
        assert "vLLM with a web page is starred: on top of this list." in running.said
    async with stage(preferences=PreferenceStore(file, lambda job: job())) as running:
        screen = await templates(running)
        assert set(names(screen)[:2]) == {"ComfyUI", "vLLM with a web page"}
        await cursor_on(running, screen, "ComfyUI")
        await running.press("*")
        await running.pause()
        assert names(screen)[0] == "vLLM with a web page"
        assert "ComfyUI is no longer starred." in running.said


async def test_a_template_is_saved_and_tried_in_one_go() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        await put(running, "disk", "77")
        running.app.screen.query_one("#try").focus()
        await running.press("enter")
        await running.until(lambda: running.app.current_mode == "offers")
        template = running.app.offers.template
        assert template is not None
        assert (template.name, template.disk) == ("vllm-mine", 77.0)
        assert template.hash_id in {one.hash_id for one in running.world.templates.mine}
        assert len(running.sent("edit_template")) == 1


async def test_one_that_is_as_it_was_is_tried_without_a_request() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        running.app.screen.query_one("#try").focus()
        await running.press("enter")
        await running.until(lambda: running.app.current_mode == "offers")
        assert running.app.offers.template_name == "vllm-mine"
        assert running.sent("edit_template") == []


async def test_what_cannot_be_saved_is_not_tried() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        await put(running, "name", "")
        running.app.screen.query_one("#try").focus()
        await running.press("enter")
        await running.until(lambda: "A template needs a name." in running.text)
        assert isinstance(running.app.screen, TemplateForm)
        assert running.app.current_mode == "templates"
