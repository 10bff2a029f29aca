"""What is typed into the rent dialog is exactly what is sent."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from vasttui.errors import VastError
from vasttui.models.offer import Offer
from vasttui.models.rent import Launch, RentOrder, VolumeRequest
from vasttui.models.self_stop import with_stop
from vasttui.models.ssh_key import SshKey
from vasttui.models.template import Template
from vasttui.services.system import text_file
from vasttui.ui.rent import onstart
from vasttui.ui.rent.form import read
from vasttui.ui.rent.from_template import with_template
from vasttui.ui.rent.onstart import script_file
from vasttui.ui.rent.typed import BID, DIRECT, PROXY, Typed
from vasttui.units import HOURS_PER_MONTH

OFFER = Offer(
    id=41, machine_id=9, gpu_name="RTX 4090", num_gpus=2, gpu_ram=24_576, dph_base=0.4,
    dph_total=0.41, storage_cost=0.72, disk_space=420.0, min_bid=0.2, cuda_max_good=12.8,
    direct_port_count=12,
)  # fmt: skip
TORCH = Template(
    id=5, hash_id="ab12", name="PyTorch", image="vastai/pytorch", tag="2.8", disk=32,
    runtype="jupyter_direc ssh_direc ssh_proxy",
)  # fmt: skip


def order(typed: Typed, template: Template | None = None) -> RentOrder:
    reading = read(typed, OFFER, template)
    assert reading.wrong == {}
    assert reading.order is not None
    return reading.order


def test_every_field_reaches_the_request() -> None:
    typed = Typed(
        image="me/img:1", disk="60", launch=Launch.JUPYTER.name, way=PROXY, label=" train ",
        ports="8080 6100/udp", env='A=1 B="two words"', onstart="echo hi",
        login="-u me -p secret docker.io", volume="V.881:/data", remind="8",
    )  # fmt: skip
    key = SshKey("ssh-ed25519 AAAA me")
    made = read(typed, OFFER, keys=[key]).order
    assert made is not None
    request = made.request
    assert (request.ask, request.machine, request.image, request.disk) == (41, 9, "me/img:1", 60)
    assert (request.launch, request.direct, request.label) == (Launch.JUPYTER, False, "train")
    assert request.ports == ("8080", "6100/udp")
    assert request.env == {"A": "1", "B": "two words"}
    assert (request.onstart, request.login) == ("echo hi", "-u me -p secret docker.io")
    assert request.volume == VolumeRequest(id=881, path="/data")
    assert (request.bid, request.template) == (None, None)
    assert (made.keys, made.remind) == ((key,), 8.0)


def test_what_is_agreed_to_is_what_the_prices_were_shown_for() -> None:
    agreed = order(Typed(disk="100")).agreed
    assert agreed.price == pytest.approx(0.4 + 0.72 * 100 / HOURS_PER_MONTH)
    assert (agreed.gpu_name, agreed.num_gpus, agreed.disk) == ("RTX 4090", 2, 100.0)
    assert (agreed.is_bid, agreed.machine, agreed.cuda) == (False, 9, 12.8)


def test_a_bid_is_sent_and_agreed_to() -> None:
    made = order(Typed(rental=BID, bid="0.25", disk="10"))
    assert made.request.bid == 0.25
    assert made.agreed.is_bid
    assert made.agreed.price == pytest.approx(0.25 + 0.72 * 10 / HOURS_PER_MONTH)
    assert order(Typed(bid="0.25")).request.bid is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("disk", ""), ("disk", "abc"), ("disk", "4"), ("disk", "421"), ("disk", "nan"),
        ("bid", ""), ("bid", "0.1"), ("bid", "inf"),
        ("image", ""), ("image", "Not An Image"),
        ("ports", "0"), ("ports", "8000-8010"), ("ports", "8080 8080"), ("ports", "x"),
        ("env", "NOVALUE"), ("env", "1A=2"), ("env", 'A="open'),
        ("login", "me secret"), ("volume", "data"), ("volume", "881"), ("volume", "881:data"),
        ("remind", "-1"), ("remind", "soon"), ("self_stop", "99999"), ("stop_at", "soon"),
        ("stop_at", "18:30"),
        ("onstart", "x" * 5000), ("label", "x" * 300),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(field: str, text: str) -> None:
    typed = replace(Typed(rental=BID if field == "bid" else "on-demand"), **{field: text})
    reading = read(typed, OFFER)
    assert reading.order is None
    assert set(reading.wrong) == {field}
    assert reading.wrong[field].endswith((".", "?", "(such as docker.io)."))


def test_a_template_brings_its_image_mode_and_disk() -> None:
    typed = with_template(Typed(disk="10"), TORCH, None)
    assert (typed.template, typed.image, typed.disk) == ("ab12", "vastai/pytorch:2.8", "32")
    assert (typed.launch, typed.way) == (Launch.JUPYTER.name, DIRECT)
    assert with_template(Typed(disk="60"), TORCH, None).disk == "60"
    back = with_template(typed, None, TORCH)
    assert (back.template, back.image) == ("", "")
    assert with_template(replace(typed, image="mine"), None, TORCH).image == "mine"


def test_a_template_is_started_as_it_says_unless_the_user_says_otherwise() -> None:
    typed = with_template(Typed(), TORCH, None)
    assert order(typed, TORCH).request.launch is None
    assert order(replace(typed, launch=Launch.SSH.name), TORCH).request.launch is Launch.SSH
    changed = order(replace(typed, way=PROXY), TORCH).request
    assert (changed.launch, changed.direct) == (Launch.JUPYTER, False)


def test_the_self_stop_runs_before_what_was_typed_and_asks_with_the_containers_own_key() -> None:
    script = order(Typed(self_stop="1.5", onstart="python train.py")).request.onstart
    timer, _, rest = script.partition("\n")
    assert timer.startswith("(sleep 5400; ")
    assert timer.endswith("&")
    assert "Bearer $CONTAINER_API_KEY" in timer
    assert """-d '{"state":"stopped"}'""" in timer
    assert rest == "python train.py"
    assert with_stop("x", None) == "x"


def test_an_onstart_file_replaces_what_was_typed() -> None:
    assert script_file(" @~/start.sh ") == "~/start.sh"
    assert script_file("echo @x") is None
    reading = read(Typed(onstart="@~/start.sh"), OFFER, script="echo from the file")
    assert reading.order is not None
    assert reading.order.request.onstart == "echo from the file"


def test_arguments_count_in_their_mode_only() -> None:
    typed = Typed(args="--model 'a b'", launch=Launch.ARGS.name)
    assert order(typed).request.args == ("--model", "a b")
    assert order(replace(typed, launch=Launch.SSH.name)).request.args == ()


def test_what_means_nothing_with_an_entrypoint_is_not_sent() -> None:
    key = SshKey("ssh-ed25519 AAAA me")
    typed = Typed(launch=Launch.ARGS.name, onstart="serve", self_stop="8")
    made = read(typed, OFFER, keys=(key,)).order
    assert made is not None
    assert made.keys == ()
    assert made.request.onstart == "serve"
    assert made.agreed.direct is None
    with_ssh = read(replace(typed, launch=Launch.SSH.name), OFFER, keys=(key,)).order
    assert with_ssh is not None
    assert with_ssh.keys == (key,)
    assert "sleep" in with_ssh.request.onstart


@pytest.mark.parametrize(
    ("credit", "wrong"), [(0.0, True), (0.1, True), (5.0, False), (None, False)]
)
def test_money_that_lasts_less_than_an_hour_is_said(credit: float | None, wrong: bool) -> None:
    assert ("money" in read(Typed(), OFFER, credit=credit).wrong) is wrong


@pytest.mark.parametrize(
    "name", ["id_ed25519", "server.pem", "tls.KEY", "deploy", ".ssh/config", "link", "ID_RSA"]
)
async def test_a_private_key_is_not_even_opened(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    for one in ("id_ed25519", "server.pem", "tls.KEY", "deploy", ".ssh/config", "ID_RSA"):
        (tmp_path / one).write_text("echo")
    (tmp_path / "deploy.pub").write_text("ssh-ed25519 AAAA")
    (tmp_path / "link").symlink_to(tmp_path / "id_ed25519")
    monkeypatch.setattr(text_file, "read_regular", lambda path, most: pytest.fail("opened"))
    with pytest.raises(VastError, match=r"was not opened. That is a private key"):
        await onstart.read_script(f"{tmp_path / name}")


async def test_an_onstart_file_is_a_regular_file_of_limited_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long.sh").write_text("#" * 5000)
    (tmp_path / "start.sh").write_text("echo hi")
    assert await onstart.read_script(f"{tmp_path / 'start.sh'}") == "echo hi"
    for name, words in {
        "pipe": "not a regular file", "long.sh": "more than 4096 bytes", "": "regular|directory",
        "missing": "No such file", "/dev/zero": "not a regular file", "a\0b": "No file has such",
    }.items():  # fmt: skip
        with pytest.raises(VastError, match=words):
            await onstart.read_script(f"{tmp_path / name}")
    (tmp_path / "latin.sh").write_bytes(b"\xe4")
    for given, words in {
        "": "cannot be read", "~nobody-of-that-name/x": "no such user",
        f"{tmp_path / 'latin.sh'}": "not UTF-8",
    }.items():  # fmt: skip
        with pytest.raises(VastError, match=words):
            await onstart.read_script(given)


ROOMY = structs.replace(OFFER, avail_vol_ask_id=42, avail_vol_size=300.0, avail_vol_dph=0.0003)


def test_a_new_volume_reaches_the_request_and_is_agreed_to() -> None:
    made = read(Typed(volume="new weights 200:/data"), ROOMY).order
    assert made is not None
    assert made.request.volume == VolumeRequest(
        id=42, path="/data", create=True, size=200.0, name="weights"
    )
    assert made.agreed.volume_price == pytest.approx(0.06)
    assert made.agreed.volume_fits is True


def test_a_volume_that_there_is_costs_nothing_more() -> None:
    made = read(Typed(volume="881:/data"), ROOMY).order
    assert made is not None
    assert (made.agreed.volume_price, made.agreed.volume_fits) == (None, None)


@pytest.mark.parametrize(
    ("offer", "text", "words"),
    [
        (OFFER, "new weights 200:/data", "This machine has no room for a new volume."),
        (ROOMY, "new weights 301:/data", "This machine has 300 GB for volumes."),
        (ROOMY, "new a-b 200:/data", "A volume name has at most 64 letters, digits or _."),
        (ROOMY, "new weights 0:/data", "A new volume needs at least 1 GB."),
        (ROOMY, "new weights much:/data", "Needs the volume's id and a mount point"),
        (structs.replace(ROOMY, avail_vol_dph=None), "new weights 200:/data",
         "What a new volume costs on this machine is unknown."),
    ],
)  # fmt: skip
def test_a_new_volume_that_cannot_be(offer: Offer, text: str, words: str) -> None:
    reading = read(Typed(volume=text), offer)
    assert reading.order is None
    assert reading.wrong["volume"].startswith(words)
