"""Copies by the hosts: what a status message says of one, and what is sent for one."""

from __future__ import annotations

import shlex

import pytest

from vasttui.models.copy_words import failure_in, report_in, share_in, words_in
from vasttui.models.data_transfer import (
    End,
    Said,
    Stage,
    Transfer,
    cancel_body,
    cancel_cloud_body,
    cloud_body,
    cloud_type,
    copy_body,
    end_from,
    lane,
)

MISSING = 'rsync: [Receiver] mkdir "/srv/in/out" failed: No such file or directory (2)'


def transfer(**changes: object) -> Transfer:
    plain: dict[str, object] = {
        "number": 1, "source": End("instance", 7, "/a"), "target": End("volume", 8, "/b"),
        "asked_at": 100.0, "since": 100.0, "before": {},
    }  # fmt: skip
    return Transfer(**plain | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "report"),
    [
        ("Done receiving copy", "done"),
        ("success, running x/ssh Done receiving copy", "done"),
        ("receiving copy 40%", "progress"),
        (MISSING, "failed"),
        ("rsync error: error in file IO (code 11) at main.c(791)", "failed"),
        ("", None),
        ("success, running me/copy-sync-send/ssh", None),
        ("4c7d45f7c63c: Download complete", None),
        ("Sending build context to Docker daemon", None),
        ("Error response from daemon: /bin/sh: rsync: not found", None),
        ("Cloud Copy Operation Finished", None),
        ("not done receiving", "progress"),
    ],
)
def test_what_a_message_says_of_a_copy(message: str, report: str | None) -> None:
    assert report_in(message) == report


@pytest.mark.parametrize(
    ("message", "share"),
    [("receiving copy 40%", "40 %"), ("1 % of 7, 41.7 %", "41 %"), ("100%", "100 %"),
     ("1041%", ""), ("receiving", ""), ("4.5.6", "")],
)  # fmt: skip
def test_a_share_is_what_was_said(message: str, share: str) -> None:
    assert share_in(message) == share


def test_a_missing_folder_is_named_and_other_words_are_given_as_they_are() -> None:
    assert failure_in(MISSING) == "/srv/in is not there: only the last folder of a path is made."
    assert failure_in(MISSING.replace("/srv/in/out", "/out")).startswith("/ is not there")
    full = "rsync: [Receiver] write failed on /a: No space left on device (28)"
    assert failure_in(full) == f"No room is left on the disk that it is written to. “{full}”"
    assert failure_in("rsync: odd") == "“rsync: odd”"
    gone = "ERROR : b/x: Failed to copy: NoSuchBucket: The specified bucket does not exist"
    assert failure_in(gone) == f"There is no bucket of that name. “{gone}”"


@pytest.mark.parametrize(
    "end",
    [End("instance", 7, "/"), End("volume", 10**17, "/a:b/ c"), End("backup", 1, "/$(x)/'\"\n")],
)
def test_an_end_is_read_as_it_was_written(end: End) -> None:
    assert end_from(f"{end}") == end


@pytest.mark.parametrize("text", ["", "C.7", "C.7:a", "X.7:/a", "C.0:/a", "C.07:/", "V.x:/", "7:/"])
def test_what_is_no_end_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        end_from(text)


def test_what_is_sent() -> None:
    source, target = End("backup", 7, "/x/"), End("instance", 9, "/y z")
    assert copy_body(source, target) == {
        "client_id": "me", "src_id": "vast.7", "dst_id": "C.9", "src_path": "/x/",
        "dst_path": "/y z",
    }  # fmt: skip
    assert cancel_body(target) == {"client_id": "me", "dst_id": "C.9"}


def test_the_command_survives_a_shell() -> None:
    one = transfer(target=End("instance", 9, "/y 'z' $(reboot)/"))
    words = shlex.split(one.command)
    assert words == ["vastai", "copy", "C.7:/a", "C.9:/y 'z' $(reboot)/"]


def test_accepted_is_copying_once_something_was_said() -> None:
    accepted = transfer(stage=Stage.COPYING)
    assert (accepted.word, accepted.share) == ("accepted", "")
    said = transfer(stage=Stage.COPYING, said=(Said(1.0, 9, "receiving copy 40%"),))
    assert (said.word, said.share) == ("copying", "40 %")
    assert [stage.value for stage in Stage if stage.is_over] == [
        "failed", "unknown", "stopped", "done",
    ]  # fmt: skip


CLOUD = End("cloud", 1_811, "bucket/x y")


def test_what_is_sent_for_a_cloud() -> None:
    up = cloud_body(End("instance", 7, "/a"), CLOUD, ("--dry-run",))
    assert up == {
        "src": "/a", "dst": "bucket/x y", "instance_id": "7", "selected": "1811",
        "transfer": "Instance To Cloud", "flags": ["--dry-run"],
    }  # fmt: skip
    down = cloud_body(CLOUD, End("instance", 7, "/a"), ())
    assert (down["transfer"], down["src"], down["instance_id"]) == (
        "Cloud To Instance", "bucket/x y", "7",
    )  # fmt: skip
    assert cancel_cloud_body(CLOUD, End("instance", 7, "/a")) == {"client_id": "me", "dst_id": "7"}


def test_the_command_for_a_cloud_survives_a_shell() -> None:
    one = transfer(target=CLOUD, flags=("--update",))
    assert shlex.split(one.command) == [
        "vastai", "cloud", "copy", "--src", "/a", "--dst", "bucket/x y", "--instance", "7",
        "--connection", "1811", "--transfer", "Instance To Cloud", "--update",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "report"),
    [("Cloud Copy Operation Finished", "done"), ("Transferred: 1.2 GiB, 50%", "progress"),
     ("Done receiving copy", None), ("receiving copy 4%", None), ("", None), (MISSING, None)],
)  # fmt: skip
def test_what_a_message_says_of_a_copy_to_a_cloud(message: str, report: str | None) -> None:
    assert report_in(message, cloud=True) == report


def test_a_cancel_is_for_a_lane() -> None:
    assert lane(End("instance", 7, "/a"), End("instance", 8, "/b")) == ("instance", 8)
    assert lane(End("instance", 7, "/a"), CLOUD) == lane(CLOUD, End("instance", 7, "/b"))


def test_one_of_a_cloud_is_read_as_it_was_written() -> None:
    assert end_from(f"{CLOUD}") == CLOUD


def test_between_a_volume_and_a_cloud_it_is_an_ordinary_copy() -> None:
    volume, cloud = End("volume", 9, "/x"), End("cloud", 101, "bucket/y", "s3")
    assert copy_body(volume, cloud) == {
        "client_id": "me", "src_id": "V.9", "dst_id": "s3.101", "src_path": "/x",
        "dst_path": "bucket/y",
    }  # fmt: skip
    assert cancel_body(cloud)["dst_id"] == "s3.101"
    assert transfer(source=volume, target=cloud).command == "vastai copy V.9:/x s3.101:bucket/y"
    assert transfer(source=cloud, target=volume).command == "vastai copy s3.101:bucket/y V.9:/x"
    assert lane(volume, cloud) == ("cloud", 101)
    assert lane(cloud, volume) == ("volume", 9)
    assert lane(End("instance", 101, "/a"), cloud) not in (lane(volume, cloud), ("instance", 101))
    again = end_from(f"{cloud}")
    assert (again, again.cloud_type) == (cloud, "s3")


@pytest.mark.parametrize(
    "text", [None, "", "S3", "vast", "local", "cloud", "s3.1", "a b", "x" * 31]
)
def test_a_kind_of_cloud_that_cannot_be_sent_is_none(text: str | None) -> None:
    assert cloud_type(text) == ""


@pytest.mark.parametrize(
    ("message", "cloud", "direct"),
    [
        ("2026/08/05 12:00:00 ERROR : x.pt: Failed to copy: AccessDenied: no", "failed", None),
        ('Failed to create file system for "s3:b": section not found', "failed", None),
        ("Cloud copy failed", "failed", None),
        ("rclone exited: error 3", "failed", None),
        ("Remote refused: permission denied", "failed", "words"),
        ("odd words of today", "words", "words"),
        ("Transferred: 1 GiB, 50%", "progress", None),
        ("receiving copy 4%", None, "progress"),
        (MISSING, None, "failed"),
        ("success, running x/ssh", None, None),
        ("Error response from daemon: no such image", None, None),
        ("4c7d45f7c63c: Download complete", None, None),
        ("", None, None),
    ],
)
def test_what_is_said_while_a_copy_is_under_way(
    message: str, cloud: str | None, direct: str | None
) -> None:
    assert (words_in(message, cloud=True), words_in(message)) == (cloud, direct)
