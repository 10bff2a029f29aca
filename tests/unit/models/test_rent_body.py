"""A rental as sent on the wire, and as a command of the official client."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vasttui.models.rent import Launch, RentRequest, VolumeRequest
from vasttui.models.rent_body import env_of, label_with, rent_body, rent_command

NONCE = "abcdefghij"
PLAIN = RentRequest(ask=4242, image="vastai/pytorch", disk=60.0)


def test_an_on_demand_rental_says_all_that_matters() -> None:
    assert rent_body(replace(PLAIN, label="train"), NONCE) == {
        "client_id": "me", "disk": 60.0, "label": "train vt-abcdefghij", "image": "vastai/pytorch",
        "env": {"VASTTUI_INTENT": NONCE}, "price": None, "cancel_unavail": True,
        "target_state": "running", "runtype": "ssh_direc ssh_proxy",
    }  # fmt: skip


def test_a_bid_is_a_price_and_may_wait_for_its_turn() -> None:
    body = rent_body(replace(PLAIN, bid=0.21), NONCE)
    assert (body["price"], body["cancel_unavail"]) == (0.21, False)


@pytest.mark.parametrize(
    ("launch", "direct", "runtype"),
    [
        (Launch.SSH, True, "ssh_direc ssh_proxy"),
        (Launch.SSH, False, "ssh_proxy"),
        (Launch.JUPYTER, True, "jupyter_direc ssh_direc ssh_proxy"),
        (Launch.JUPYTER, False, "jupyter_proxy ssh_proxy"),
        (Launch.ARGS, True, "args"),
        (Launch.ARGS, False, "args"),
    ],
)
def test_each_launch_mode_has_the_words_of_the_service(
    launch: Launch, direct: bool, runtype: str
) -> None:
    assert rent_body(replace(PLAIN, launch=launch, direct=direct), NONCE)["runtype"] == runtype


def test_a_template_may_say_how_it_is_started() -> None:
    body = rent_body(replace(PLAIN, image="", template="a" * 32, launch=None), NONCE)
    assert body["template_hash_id"] == "a" * 32
    assert "runtype" not in body
    assert "image" not in body


def test_what_is_empty_is_not_sent() -> None:
    body = rent_body(PLAIN, NONCE)
    names = {"onstart", "args", "image_login", "volume_info", "template_hash_id"}
    assert not names & body.keys()


def test_what_is_typed_is_sent_as_it_is() -> None:
    body = rent_body(
        replace(PLAIN, onstart="a\n$B", args=("serve", "--port 1"), login="-u a -p b docker.io"),
        NONCE,
    )
    assert body["onstart"] == "a\n$B"
    assert body["args"] == ["serve", "--port 1"]
    assert body["image_login"] == "-u a -p b docker.io"


@pytest.mark.parametrize(
    ("port", "entry"),
    [
        ("8080", "-p 8080:8080"),
        ("8080:80", "-p 8080:80"),
        ("6100/udp", "-p 6100:6100/udp"),
        ("70000", "-p 70000:70000"),
        ("53:5353/udp", "-p 53:5353/udp"),
    ],
)
def test_a_port_is_an_entry_among_the_variables(port: str, entry: str) -> None:
    wanted = replace(PLAIN, ports=(port,), env={"A": "b"})
    assert env_of(wanted, NONCE) == {"A": "b", entry: "1", "VASTTUI_INTENT": NONCE}


@pytest.mark.parametrize(
    ("label", "sent"),
    [
        ("", "vt-abcdefghij"),
        ("train", "train vt-abcdefghij"),
        ("x" * 242, f"{'x' * 242} vt-abcdefghij"),
        ("x" * 300, f"{'x' * 242} vt-abcdefghij"),
        (f"{'x' * 240}  y", f"{'x' * 240} vt-abcdefghij"),
    ],
)
def test_a_label_ends_in_the_whole_nonce_and_fits(label: str, sent: str) -> None:
    assert label_with(label, NONCE) == sent
    assert len(sent) <= 256


def test_an_own_volume_is_mounted_and_a_new_one_has_a_size() -> None:
    own = VolumeRequest(id=881, path="/data")
    assert rent_body(replace(PLAIN, volume=own), NONCE)["volume_info"] == {
        "mount_path": "/data", "create_new": False, "volume_id": 881,
    }  # fmt: skip
    new = VolumeRequest(id=9, path="/data", create=True, name="models")
    assert rent_body(replace(PLAIN, volume=new), NONCE)["volume_info"] == {
        "mount_path": "/data", "create_new": True, "volume_id": 9, "size": 15.0, "name": "models",
    }  # fmt: skip
    sized = replace(new, size=40.0)
    info = rent_body(replace(PLAIN, volume=sized), NONCE)["volume_info"]
    assert isinstance(info, dict)
    assert info["size"] == 40.0


def test_the_command_says_the_same_and_hides_what_may_be_secret() -> None:
    wanted = replace(
        PLAIN, bid=0.21, label="my run", env={"HF_TOKEN": "hf_x"}, ports=("8080",),
        onstart="secret", login="-u a -p secret docker.io", launch=Launch.JUPYTER,
        volume=VolumeRequest(id=881, path="/data"),
    )  # fmt: skip
    assert rent_command(wanted) == (
        "vastai create instance 4242 --disk 60 --image vastai/pytorch --label 'my run' "
        "--bid_price 0.21 --env '-p 8080:8080 -e HF_TOKEN=***' --login '***' --onstart-cmd '***' "
        "--link-volume 881 --mount-path /data --jupyter --direct"
    )
    assert rent_command(PLAIN).endswith("--ssh --direct --cancel-unavail")
    arguments = replace(PLAIN, launch=Launch.ARGS, args=("serve", "a b"))
    assert rent_command(arguments).endswith("--cancel-unavail --args serve 'a b'")


def test_what_may_be_secret_is_in_no_repr() -> None:
    wanted = replace(PLAIN, env={"A": "hidden"}, login="hidden", onstart="hidden")
    assert "hidden" not in repr(wanted)
