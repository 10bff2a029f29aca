"""What is pasted: every line is kept where it means something, split, or refused in a sentence."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.widgets import Input

from tests.support.rent_dialog import open_dialog
from tests.support.ssh_keys import PRIVATE, public_key
from tests.support.stage import Stage, stage
from tests.ui.rent.test_rent import FIRST, bodies, contracts
from vasttui.errors import VastError
from vasttui.models.rent_checks import parse_env
from vasttui.ui.modals.form_row import FormRow
from vasttui.ui.widgets.pasting import (
    filter_words,
    marked,
    one_line,
    script,
    unmarked,
    variables,
    words,
)

SCRIPT = "apt-get update\npip install -q vllm\nif true; then\n\techo '  two'\nfi &\n"
DOTENV = """\
# tokens
HF_TOKEN=hf_abc#def   # mine
export NAME="two words"
  MODE = train
EMPTY=
QUOTED='a "b" $c'

ESCAPED="say \\"hi\\" for \\$5"
"""


def test_a_script_keeps_its_lines_and_tabs() -> None:
    assert unmarked(script(SCRIPT)) == SCRIPT.rstrip("\n")
    assert unmarked(script(SCRIPT.replace("\n", "\r\n"))) == SCRIPT.rstrip("\n")
    assert unmarked(script(SCRIPT.replace("\n", "\r"))) == SCRIPT.rstrip("\n")
    assert "\n" not in script(SCRIPT)
    assert "\t" not in script(SCRIPT)
    assert marked(SCRIPT.rstrip("\n")) == script(SCRIPT)
    assert script("a\x1b[2Jb\x00\u200b") == "a[2Jb"


def test_one_line_is_one_line() -> None:
    assert one_line("  repo/name:tag \n") == "  repo/name:tag "
    assert one_line("\n\n a\u00a0b\t c\x1b\n") == " a b  c"
    assert one_line("\n") == ""
    with pytest.raises(VastError, match=r"^2 lines were pasted; this takes one\.$"):
        one_line("one\r\ntwo")


def test_lines_of_words_are_words() -> None:
    assert words("8080\n6100/udp\n\n70000\n") == "8080 6100/udp 70000"
    assert words("serve model \\\n  --port 8000") == "serve model    --port 8000"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("gpu:4090\nn=1\n", "gpu:4090 n=1"),
        ("vastai search offers 'gpu_name=RTX_4090 num_gpus>=2'", "gpu_name=RTX_4090 num_gpus>=2"),
        ("$ vastai search offers \"dph<1 geolocation in [SE,NO]\" -o 'dph-' --raw\n",
         "dph<1 geolocation in [SE,NO]"),
        ("vastai search offers reliability>0.98 num_gpus=1", "reliability>0.98 num_gpus=1"),
        ("vastai search offers \\\n  --limit 3 'cuda_vers>=12'", "cuda_vers>=12"),
    ],
)  # fmt: skip
def test_a_filter_may_come_as_a_command_of_the_client(text: str, wanted: str) -> None:
    assert filter_words(text) == wanted


def test_the_lines_of_an_env_file_are_variables() -> None:
    assert parse_env(variables(DOTENV)) == ({
        "HF_TOKEN": "hf_abc#def", "NAME": "two words", "MODE": "train", "EMPTY": "",
        "QUOTED": 'a "b" $c', "ESCAPED": 'say "hi" for $5',
    }, "")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('export NAME="value"', {"NAME": "value"}),
        ("export A=1 B='two words'", {"A": "1", "B": "two words"}),
        ("export A=1\nexport B=2\n", {"A": "1", "B": "2"}),
        ("declare -x A=\"1\"\n", {"A": "1"}),
        ("OPTS=-a -b\nURL=http://h/#x\n", {"OPTS": "-a -b", "URL": "http://h/#x"}),
        ("A='x'\r\nB=\"y\"\r\n", {"A": "x", "B": "y"}),
        ("A=1 B=\"two words\"", {"A": "1", "B": "two words"}),
        ("# nothing\n\n", {}),
    ],
)  # fmt: skip
def test_forms_of_variables(text: str, wanted: dict[str, str]) -> None:
    assert parse_env(variables(text)) == (wanted, "")


def test_typed_exports_are_variables_too() -> None:
    assert parse_env('export NAME="value" B=2') == ({"NAME": "value", "B": "2"}, "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A=1\n\nhello\n", "Line 3 is not NAME=value."),
        ("A=1\nB='x\ny'\n", "B has several lines."),
        ("A=1\n2B=3\n", "Line 2 is not NAME=value."),
    ],
)
def test_what_cannot_be_variables_is_refused_without_its_values(text: str, sentence: str) -> None:
    with pytest.raises(VastError) as refused:
        variables(text)
    assert str(refused.value) == sentence


async def paste(running: Stage, field: str, text: str) -> str:
    """Paste into a field of the rent dialog; what it then holds."""
    entry = running.app.screen.query_one(f"#in_{field}", Input)
    entry.focus()
    await running.burst(Paste(text))
    return entry.value


async def test_every_line_that_was_pasted_is_sent() -> None:
    async with stage(instances=FIRST, offers=240) as running:
        modal = await open_dialog(running)
        await paste(running, "onstart", SCRIPT)
        assert "  two'↵fi &" in running.text
        await paste(running, "env", DOTENV)
        await paste(running, "ports", "8080\n6100/udp\n")
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        [body] = bodies(running)
        assert body["onstart"] == SCRIPT.rstrip("\n")
        env = body["env"]
        assert isinstance(env, dict)
        assert (env["HF_TOKEN"], env["NAME"]) == ("hf_abc#def", "two words")
        assert (env["-p 8080:8080"], env["-p 6100:6100/udp"]) == ("1", "1")


async def test_what_a_field_cannot_hold_is_refused_at_the_field() -> None:
    async with stage(instances=FIRST) as running:
        await open_dialog(running)
        assert await paste(running, "label", "one\ntwo") == ""
        assert "✖ 2 lines were pasted; this takes one. Nothing was inserted." in running.text
        assert await paste(running, "label", "train\n") == "train"
        assert "Nothing was inserted" not in running.text
        assert await paste(running, "onstart", "x" * 7000) == ""
        assert "✖ That makes 7,000 characters; this takes 6,000." in running.text
        key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA\n-----END OPENSSH PRIVATE KEY-----\n"
        for field in ("onstart", "env", "login"):
            assert await paste(running, field, key) == ""
        assert "✖ That is a private key. Nothing was inserted." in running.text
        assert "b3BlbnNzaA" not in running.text


async def test_the_script_that_was_pasted_is_there_again_next_time() -> None:
    async with stage(instances=FIRST) as running:
        modal = await open_dialog(running)
        await paste(running, "onstart", "a\nb")
        modal.query_one("#rent").focus()
        await running.press("enter")
        await running.until(lambda: contracts(running) > FIRST)
        await running.press("1")
        await running.until(lambda: running.app.screen is running.app.offers)
        modal = await open_dialog(running)
        assert modal.query_one("#in_onstart", Input).value in ("a↵b", "")


async def test_the_filter_line_takes_a_command_and_refuses_in_a_sentence() -> None:
    async with stage() as running:
        await running.press("/")
        await running.burst(Paste("vastai search offers 'gpu_name=RTX_4090\nnum_gpus=1'\n"))
        assert running.app.offers.bar.text == "gpu_name=RTX_4090 num_gpus=1"
        running.app.copy_to_clipboard("a\nb")
        await running.press("ctrl+u", "ctrl+v")
        assert running.app.offers.bar.text == "a b"
        await running.burst(Paste("vastai search offers 'gpu"))
        assert "A quote of the command is not closed. Nothing was inserted." in running.text
        assert running.app.offers.bar.text == "a b"


async def test_the_end_of_a_long_paste_is_in_view() -> None:
    text = " ".join(f"eff<{number}.5" for number in range(10, 40))
    async with stage(size=(80, 24)) as running:
        await running.press("/")
        await running.burst(Paste(text))
        assert text[-40:] in running.text.splitlines()[1]
    async with stage(size=(80, 24)) as running:
        running.app.offers.bar.set_text(text)
        await running.pause()
        assert text[-40:] in running.text.splitlines()[1]


async def test_a_label_of_several_lines_is_refused_in_its_dialog() -> None:
    async with stage() as running:
        await running.press("2")
        await running.until(lambda: running.app.current_mode == "instances")
        await running.instances()
        await running.dialog("L")
        entry = running.app.screen.query_one(Input)
        before = entry.value
        await running.burst(Paste("a\nb"))
        assert entry.value == before
        assert "2 lines were pasted; this takes one. Nothing was inserted." in running.text


async def test_keys_of_several_lines_are_refused_in_their_dialog() -> None:
    async with stage() as running:
        await running.press("6")
        await running.pause()
        await running.dialog("n")
        await running.press("enter")
        await running.until(lambda: running.app.screen.query(Input))
        await running.burst(Paste(f"{public_key('a')}\n{public_key('b')}\n"))
        assert "2 lines were pasted; this takes one. Nothing was inserted." in running.text
        assert running.app.screen.query_one(Input).value == ""


async def test_a_private_key_is_no_label() -> None:
    async with stage(instances=4) as running:
        await running.instances()
        await running.dialog("L")
        running.app.screen.query_one(Input).value = PRIVATE.replace("\n", " ")
        await running.press("enter")
        await running.pause()
        assert "private key" in running.text + running.said
        assert running.sent("manage") == []


async def test_what_is_no_list_of_ports_is_refused_in_a_sentence() -> None:
    async with stage(instances=FIRST, offers=240) as running:
        modal = await open_dialog(running)
        row = modal.query_one("#row_ports", FormRow)
        for text in (DOTENV, SCRIPT, "serve --port 8000", "8080\nnginx\n", "8000-8010"):
            modal.query_one("#in_ports", Input).value = ""
            assert await paste(running, "ports", text) == "", text
            assert row.wrong.endswith(" Nothing was inserted."), text
            assert "hf_abc" not in running.text, text
            ports = "8080, 8081 6100/udp"
            assert await paste(running, "ports", "8080, 8081\r\n6100/udp\n") == ports, text
            assert row.wrong == "", text
