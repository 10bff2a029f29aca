"""The list of templates: what is shown and found, and each change seen at the service."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from tests.support.simulator import BEARER, ask
from tests.support.stage import Stage, stage
from tests.support.template_screen import cursor_on, form, names, put, stored, templates
from vasttui.errors import VastError
from vasttui.models.template import Template
from vasttui.models.template_draft import TemplateDraft
from vasttui.services.templates import Saved, TemplateShelf
from vasttui.simulator.account.template_entries import USER
from vasttui.ui.modals.ask import AskModal
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.modals.pick_one import PickOne
from vasttui.ui.rent.dialog import RentModal
from vasttui.ui.templates import flows
from vasttui.ui.templates.form import TemplateForm

SIZES = [(120, 36), (80, 24)]


def make(running: Stage, **content: object) -> dict[str, Any]:
    """A template that appears at the service meanwhile."""
    body = {"name": "made", "image": "a/b", **content}
    answer = ask(running.world, "POST", "/api/v0/template/", body, BEARER)
    return dict(answer.json["template"])


async def test_own_ones_come_first_then_the_recommended() -> None:
    async with stage() as running:
        screen = await templates(running)
        assert {one.creator for one in screen.browse.rows if one.mine} == {USER}
        for size in SIZES:
            await running.pilot.resize_terminal(*size)
            await running.pause()
            assert names(screen)[:3] == ["train-base", "vllm-mine", "ComfyUI"], size
            for words in ("2 yours, 9 recommended", "[Templates 11]", "NVIDIA CUDA"):
                assert words in running.text, size


async def test_what_a_template_needs_is_said_without_secrets_or_warned_about() -> None:
    async with stage(size=(140, 40)) as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        shown = " ".join(running.text.replace("│", " ").split())
        assert "120 GB disk · CUDA >= 12.8 · GPU memory in MB >= 24000 · country in US, CA" in shown
        assert "entrypoint · ports: 8000 · arguments: --model Qwen/Qwen3-8B" in shown
        assert "HF_TOKEN=••••, VLLM_LOGGING=••••" in shown
        assert "on start: 3 lines" in shown
        assert "password ••••" in shown
        texts = [running.text]
        for _ in range(3):
            await running.press("right_square_bracket", "z")
            texts.append(running.text)
        assert "mkdir -p /workspace" in texts[1]
        assert "hf_demo" not in "".join(texts)
        assert "not-a-real" not in "".join(texts)

        await running.press("z")
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        assert "shows its variables" not in running.text
        running.app.screen.query_one("#who").focus()
        await running.press("right")
        assert "HF_TOKEN has a value" in running.text
        assert "hf_demo" not in running.text
        await running.press("escape")

        await cursor_on(running, screen, "train-base")
        template = screen.browse.current
        assert template is not None
        screen.action_show_tab("Overview")
        for is_hidden in (False, True):
            await running.pause()
            assert (str(template.id) not in running.text) is is_hidden
            assert (template.hash_id[:8] not in running.text) is is_hidden
            assert running.text.count("vastai/pytorch:@vast") == 2, "an image is no address"
            await running.press("P")


async def test_they_are_filtered_and_copied_without_secrets() -> None:
    async with stage() as running:
        screen = await templates(running)
        for text, found in (
            ("mine", ["train-base", "vllm-mine"]),
            ("image:kvm", ["Ubuntu 22.04 VM"]),
            ("vm", ["Ubuntu 22.04 VM"]),
            ("cuda<12", ["train-base"]),
            ("port=8188", ["ComfyUI"]),
            ("variable:hf_tok", ["vllm-mine"]),
            ("disk<=20", ["NVIDIA CUDA", "Whisper ASR Webservice"]),
            ("launch:entry", ["vllm-mine", "Text Generation Inference"]),
            ("private", ["vllm-mine"]),
            ("tag:v0.11.0 -mine", ["vLLM"]),
        ):
            screen.bar.set_text(text)
            await running.pause()
            shown = [name for name in names(screen) if name != "vLLM with a web page"]
            assert shown == found, text

        screen.bar.set_text("")
        await cursor_on(running, screen, "Text Generation Inference")
        await running.press("right_square_bracket", "right_square_bracket")
        assert "Qwen/Qwen3-8B  model to serve" in running.text
        assert "QUANTIZE, OPEN_BUTTON_PORT, JUPYTER_PORT" in running.text

        await cursor_on(running, screen, "vllm-mine")
        await running.dialog("Y")
        options = running.app.screen.query_one(OptionList)
        assert options.option_count == 5
        await running.press("down", "down", "down")
        assert "--template_hash" in running.text
        await running.press("down")
        await running.until(lambda: '"HF_TOKEN": "••••"' in running.text)
        for secret in ("hf_demo", "not-a-real-password"):
            assert secret not in running.text


async def test_words_find_the_templates_of_others_and_a_failed_search_says_so() -> None:
    async with stage() as running:
        screen = await templates(running)
        await running.press("slash")
        await running.type("web page")
        assert names(screen) == []

        def searches() -> list[object]:
            return [one for one in running.world.ledger.requests if "web" in str(one.query)]

        await running.until(lambda: names(screen) == ["vLLM with a web page"])
        assert "1 template of anybody found by “web page”" in running.text
        assert "12 templates: 2 yours, 9 recommended, 1 found" in running.text
        assert "[Templates 12]" in running.text
        await running.until(lambda: "somebody's" in running.text)
        await running.until(lambda: len(searches()) == 2)
        await running.pause()
        assert len(searches()) == 2

        running.world.plan("templates", ["http:403"] * 3)
        screen.bar.set_text("vllm")
        await running.until(lambda: "was not searched for at Vast.ai" in running.text)
        assert names(screen) == ["vllm-mine", "vLLM", "vLLM with a web page"]


async def test_without_an_answer_the_rows_stay_with_their_age() -> None:
    async with stage() as running:
        screen = await templates(running)
        running.world.plan("templates", ["http:500"] * 30)
        await running.press("r")
        await running.until(lambda: screen.snapshot.error is not None)
        await running.pause()
        assert "train-base" in running.text
        assert "Showing what was so" in running.text


async def test_hostile_names_and_300_variables_are_only_text() -> None:
    async with stage(size=(140, 40)) as running:
        env = " ".join(f"-e NAME_{at}=v{at}" for at in range(300))
        make(running, name="\x1b[31m[bold]x[/]\x07\u202e", env=env)
        screen = await templates(running)
        hostile = next(one for one in screen.browse.rows if "bold" in one.name)
        await cursor_on(running, screen, hostile.name)
        assert "[bold]x[/]" in running.text
        assert "\x1b" not in hostile.name
        assert "297 more variables" in running.text
        for key in ("right_square_bracket", "right_square_bracket", "z"):
            await running.press(key)
        assert "NAME_9 " in running.text
        await form(running, "e")
        assert "✖" not in running.text


async def test_a_new_template_is_saved_and_read_back() -> None:
    async with stage() as running:
        screen = await templates(running)
        await running.dialog("n")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TemplateForm))
        for field, text in (
            ("name", "fresh"), ("image", "vastai/vllm:1"), ("ports", "8000"), ("disk", "50"),
            ("env", "VLLM_MODEL=a/b"), ("offers", "cuda>=12.4 vram>=24"),
        ):  # fmt: skip
            await put(running, field, text)
        await running.press("ctrl+s")
        await running.until(lambda: "read back ✓" in running.said)
        content = stored(running, "fresh")
        assert content["env"] == "-p 8000:8000 -e VLLM_MODEL=a/b"
        assert content["extra_filters"]["cuda_max_good"] == {"gte": 12.4}
        await running.until(lambda: "fresh" in names(screen))
        await running.until(lambda: screen.browse.current and screen.browse.current.name == "fresh")


async def test_what_is_wrong_with_a_new_one_is_told_at_its_field_and_not_sent() -> None:
    async with stage() as running:
        await templates(running)
        await running.dialog("n")
        await running.press("enter")
        await running.until(lambda: isinstance(running.app.screen, TemplateForm))
        await put(running, "offers", "eff<1")
        await put(running, "env", "1X=2")
        await running.press("ctrl+s")
        await running.until(lambda: "A template needs a name." in running.text)
        assert "is only known here and cannot be part of a template" in running.text
        assert "A variable name has only letters" in running.text
        assert running.sent("create_template") == []

        screen = running.app.screen
        screen.query_one("#launch", PickOne).choose("ARGS")
        await running.pause()
        assert not screen.query_one("#way").display
        assert "besides 22" not in running.text
        assert "runs at every start" not in running.text
        assert "instead of the entrypoint" in running.text


async def test_an_edit_sends_what_changed_and_not_what_was_changed_elsewhere() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        assert "What uses the old one keeps it" in " ".join(running.text.split())
        await put(running, "desc", "better")
        await running.press("ctrl+s")
        await running.until(lambda: "read back ✓" in running.said)
        [body] = map(json.loads, running.sent("edit_template"))
        assert set(body) == {"hash_id", "desc"}
        content = stored(running, "vllm-mine")
        assert (content["desc"], content["docker_login_pass"]) == ("better", "not-a-real-password")

        await cursor_on(running, screen, "vllm-mine")
        body = {"hash_id": screen.browse.rows[1].hash_id, "desc": "elsewhere"}
        await form(running, "e")
        ask(running.world, "PUT", "/api/v0/template/", body, BEARER)
        await put(running, "desc", "here")
        await running.press("ctrl+s")
        await running.until(lambda: "was changed elsewhere; nothing was sent" in running.text)
        assert stored(running, "vllm-mine")["desc"] == "elsewhere"


async def test_what_is_wrong_or_fails_keeps_the_form_and_what_was_typed(tmp_path: Path) -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        modal = await form(running, "e")
        await running.press("ctrl+s")
        await running.until(lambda: "Nothing was changed." in running.text)
        assert running.sent("edit_template") == []

        before = modal.typed
        for key, text in {"onstart": f"@{tmp_path}/a.sh", "disk": "-5", "env": "MODE",
                          "readme": f"@{tmp_path}/b.md"}.items():  # fmt: skip
            await put(running, key, text)
        await running.press("ctrl+s")
        await running.until(lambda: "Fix the marked fields." in running.text)
        marked = {row.key for row in modal.query(FormRow) if row.wrong}
        assert marked == {"onstart", "readme", "disk", "env"}
        assert running.sent("edit_template") == []

        for key in ("onstart", "disk", "env", "readme"):
            await put(running, key, getattr(before, key))
        await put(running, "desc", "better")
        running.world.plan("edit_template", ["http:500"])
        await running.press("ctrl+s")
        await running.until(lambda: "It is not known whether this was done" in running.text)
        assert modal.typed.desc == "better"
        assert len(running.sent("edit_template")) == 1


async def test_leaving_while_it_is_saved_does_not_lose_the_result() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        await put(running, "desc", "better")
        running.world.plan("edit_template", ["stall"])
        await running.press("ctrl+s")
        await running.press("escape")
        await running.until(lambda: len(running.app.screen_stack) == 1)
        await running.until(lambda: "is saved as version" in running.said, step=1.0)
        assert stored(running, "vllm-mine")["desc"] == "better"


async def test_deleting_needs_the_name() -> None:
    async with stage() as running:
        screen = await templates(running)
        await running.dialog("D")
        assert isinstance(running.app.screen, AskModal)
        await running.type("train")
        await running.press("enter")
        assert "Type train-base to delete." in running.text
        await running.type("-base")
        await running.press("enter")
        await running.until(lambda: "is deleted" in running.said)
        assert [one.name for one in running.world.templates.mine] == ["vllm-mine"]
        await running.until(lambda: names(screen)[0] == "vllm-mine")
        assert "✖" not in running.text


async def test_what_is_not_mine_becomes_a_copy_and_is_not_deleted() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "ComfyUI")
        await running.press("D")
        await running.until(lambda: "Only its maker can delete it" in running.said)
        assert running.sent("delete_template") == []

        await cursor_on(running, screen, "ComfyUI")
        modal = await form(running, "e")
        assert "Copy of ComfyUI, yours" in running.text
        assert modal.typed.name == "ComfyUI copy"
        await running.press("ctrl+s")
        await running.until(lambda: "read back ✓" in running.said)
        content = stored(running, "ComfyUI copy")
        assert content["private"] is True
        assert content["extra_filters"] == {"cuda_max_good": {"gte": 12.8}}
        assert content["env"] == "-p 1111:1111 -p 8188:8188"


async def test_in_read_only_mode_nothing_is_changed() -> None:
    async with stage(read_only=True) as running:
        await templates(running)
        for number, key in enumerate(("n", "e", "D"), 1):
            await running.press(key)
            await running.pause()
            assert running.said.count("Read-only mode") == number, key
            assert len(running.app.screen_stack) == 1, key


async def test_a_narrow_screen_shows_the_chosen_template_too() -> None:
    async with stage(size=(80, 24)) as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await running.press("O")
        await running.until(lambda: "with vllm-" in running.text.splitlines()[1])


async def test_offers_for_a_template_and_the_rental_with_it() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        hash_id = screen.browse.rows[1].hash_id
        await running.press("O")
        await running.until(lambda: "with vllm-mine" in running.text)
        assert running.app.offers.bar.text == "cuda>=12.8 gpu_ram>=24 cc:US,CA verified"
        assert "disk 120G" in running.text
        await running.settle()
        assert running.app.offers.browse.rows
        await running.dialog("n")
        modal = running.app.screen
        assert isinstance(modal, RentModal)
        assert modal.query_one("#in_disk", Input).value == "120"
        await running.until(lambda: "available ✓" in running.text)
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: running.sent("rent"))
        [body] = map(json.loads, running.sent("rent"))
        assert body["template_hash_id"] == hash_id
        assert "runtype" not in body


async def test_esc_drops_the_template_and_brings_the_filter_back() -> None:
    async with stage() as running:
        await running.settle()
        for typed in (False, True):
            running.app.offers.bar.set_text("gpu:4090")
            screen = await templates(running)
            await cursor_on(running, screen, "vllm-mine")
            await running.press("O")
            await running.until(lambda: "with vllm-mine" in running.text)
            if typed:
                running.app.offers.bar.set_text("gpu:5090")
                await running.press("escape")
                assert "with vllm-mine" in running.text
            await running.press("escape")
            assert "[with vllm-mine" not in running.text, typed
            assert running.app.offers.bar.text == ("" if typed else "gpu:4090")
            assert "disk 120G" not in running.text, typed


async def test_the_market_is_not_searched_while_templates_are_shown() -> None:
    async with stage() as running:
        await templates(running)
        assert running.app.market_feed is not None
        assert not running.app.market_feed.looked_at
        await running.press("shift+tab", "shift+tab")
        assert running.app.market_feed.looked_at


async def test_a_chosen_template_follows_its_edit_and_is_dropped_when_deleted() -> None:
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "train-base")
        await running.press("O")
        await running.until(lambda: "[with train-base" in running.text)
        offers = running.app.offers
        assert offers.template is not None
        old = offers.template.hash_id
        await running.press("tab", "tab")
        await form(running, "e")
        await put(running, "name", "renamed")
        await running.press("ctrl+s")
        await running.until(lambda: "read back ✓" in running.said)
        assert offers.template.hash_id != old
        await running.press("shift+tab", "shift+tab")
        await running.until(lambda: "[with renamed ×]" in running.text)
        await running.press("tab", "tab")
        await running.until(lambda: "renamed" in names(screen))
        await running.dialog("D")
        await running.type("renamed")
        await running.press("enter")
        await running.until(lambda: "is deleted" in running.said)
        await running.until(lambda: offers.template is None)


async def test_what_was_rented_with_a_template_is_remembered_for_its_new_version() -> None:
    async with stage() as running:
        screen = await templates(running)
        memory = running.app.session.rent_memory
        old = next(one for one in screen.browse.rows if one.name == "train-base")
        memory.keep({"disk": "77", "label": "x"}, old)
        await cursor_on(running, screen, "train-base")
        await form(running, "e")
        await put(running, "desc", "better")
        await running.press("ctrl+s")
        await running.until(lambda: "read back ✓" in running.said)
        assert memory.of(old.hash_id) is None
        last = memory.last()
        assert last is not None
        assert last.template is not None
        assert last.template.hash_id != old.hash_id
        assert last.fields["disk"] == "77"


async def test_what_the_service_kept_otherwise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = TemplateShelf.edit

    async def cut(self: TemplateShelf, draft: TemplateDraft, old: Template) -> Saved:
        return replace(await usual(self, draft, old), differs=("onstart", "use_ssh", "runtype"))

    monkeypatch.setattr(TemplateShelf, "edit", cut)
    async with stage() as running:
        screen = await templates(running)
        await cursor_on(running, screen, "vllm-mine")
        await form(running, "e")
        await put(running, "desc", "better")
        await running.press("ctrl+s")
        await running.until(
            lambda: "but Vast.ai kept another on-start script, another launch mode" in running.said
        )


async def test_its_page_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    async def open_url(url: str) -> None:
        opened.append(url)
        if len(opened) > 1:
            raise VastError("No browser.")

    monkeypatch.setattr(flows, "open_url", open_url)
    async with stage() as running:
        screen = await templates(running)
        assert "it has no page" in screen.why_off("templates.open")
        await cursor_on(running, screen, "ComfyUI")
        await running.press("o")
        await running.until(lambda: "in the browser" in running.said)
        assert opened == ["https://cloud.vast.ai/template/readme/5f8e7d6c5b4a39281706f5e4d3c2b1a0"]
        await running.press("o")
        await running.until(lambda: "No browser." in running.said)


async def test_who_has_made_none_is_told_how_to() -> None:
    async with stage() as running:
        for one in running.world.templates.mine:
            ask(running.world, "DELETE", "/api/v0/template/", {"template_id": one.id}, BEARER)
        screen = await templates(running)
        screen.bar.set_text("mine")
        await running.pause()
        assert "You have made none yet" in running.text
        assert "9 recommended" in running.text


async def test_what_is_listed_is_saved_as_csv(tmp_path: Path) -> None:
    async with stage() as running:
        screen = await templates(running)
        screen.bar.set_text("image:vllm")
        await running.pause()
        await running.dialog("ctrl+s")
        await put_into(running, str(tmp_path / "t.csv"))
        await running.until(lambda: "Saved" in running.said)
    with (tmp_path / "t.csv").open() as file:
        rows = [row[:6] for row in csv.reader(file)]
    image = "vastai/vllm:v0.11.0-cuda-12.8.1-pytorch-2.8.0-py312"
    assert rows[1:] == [
        ["vllm-mine", "yours", "vllm/vllm-openai:v0.11.0", "entrypoint", "120", "12.8"],
        ["vLLM", "recommended", image, "SSH", "80", "12.8"],
    ]


async def put_into(running: Stage, text: str) -> None:
    assert isinstance(running.app.focused, Input)
    running.app.focused.value = text
    await running.press("enter")
