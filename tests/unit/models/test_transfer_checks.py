"""What is said before data is copied, each where it applies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from vasttui.models.data_transfer import End, Kind
from vasttui.models.instance import Instance
from vasttui.models.status import Phase
from vasttui.models.transfer_checks import Place, checks, here, place_of, wrong_path

HOME = "/root"
INSIDE = "The destination is inside of what is copied."
SOURCE, TARGET = End("instance", 1, "/workspace/out/"), End("instance", 2, "/workspace/in/")
OUT = Place(name="a", state="running", machine=1, country="BG", used=31.0, up=0.004, down=0.002)
TO = Place(name="b", state="running", machine=2, country="US", free=40.0, up=0.004, down=0.002)


def said(
    source: End = SOURCE, target: End = TARGET, out: Place = OUT, to: Place = TO, into: int = 0
) -> dict[str, bool]:
    """The sentences, each with whether it is in the way."""
    return {one.text: one.stops for one in checks(source, target, out, to, into)}


def one(words: str, found: dict[str, bool]) -> bool:
    """Whether the sentence with these words is in the way; there must be exactly one."""
    [stops] = [stops for text, stops in found.items() if words in text]
    return stops


def test_of_an_ordinary_copy_only_its_traffic_is_said() -> None:
    [text] = said()
    assert text == (
        "BG → US is billed: ↑ $0.004 + ↓ $0.002 per GB, once. The same machine or network is free."
    )
    assert said(to=replace(TO, machine=1)) == {}


@pytest.mark.parametrize(
    "path",
    ["/", "//", HOME, f"{HOME}/", f"{HOME}/in/", f"/{HOME}//x", "/workspace/..",
     f"/workspace/..{HOME}/", "/./root"],
)  # fmt: skip
def test_neither_root_nor_its_home_is_a_destination(path: str) -> None:
    assert one("never a destination", said(target=End("instance", 2, path)))


@pytest.mark.parametrize(
    "end", [End("instance", 2, "/rooted/"), End("volume", 2, "/"), End("volume", 2, f"{HOME}/x")]
)
def test_what_only_looks_like_it_is_one(end: End) -> None:
    assert not any("never a destination" in text for text in said(target=end))


@pytest.mark.parametrize(
    ("end", "parent"),
    [
        (End("instance", 2, "/workspace/in/out/"), "/workspace/in"),
        (End("instance", 2, "/srv/in/"), "/srv"),
        (End("volume", 2, "/a/b"), "/a"),
        (End("instance", 2, "/workspace/in/"), None),
        (End("instance", 2, "/data"), None),
        (End("volume", 2, "/out/"), None),
    ],
)
def test_a_parent_that_may_be_missing_is_named(end: End, parent: str | None) -> None:
    found = [text for text in said(target=end) if text.startswith("Only the last folder")]
    assert len(found) == (parent is not None)
    assert all(f"{parent} must be there for {end.path.rstrip('/')}" in text for text in found)


def test_a_stopped_one_is_read_from_but_not_written_into() -> None:
    stopped = replace(OUT, state="stopped")
    assert not one("it can be read from, not written into.", said(out=stopped))
    assert not one("may take a stopped spot disk", said(out=replace(stopped, spot=True)))
    assert one("it can be read from, not written into.", said(to=replace(TO, state="stopped")))


def test_what_is_being_created_is_neither() -> None:
    assert one("there is nothing in it yet", said(out=replace(OUT, state="loading", kept=False)))
    assert one("it has no disk yet", said(to=replace(TO, state="creating", kept=False)))


def test_a_virtual_machine_is_neither_source_nor_target() -> None:
    assert one("a is a virtual machine", said(out=replace(OUT, vm=True)))
    assert one("b is a virtual machine", said(to=replace(TO, vm=True)))


def test_a_host_that_is_away_is_said_once() -> None:
    assert one("The host of b does not respond", said(to=replace(TO, state="offline", away=True)))


def test_both_ends_are_not_the_same() -> None:
    assert one("Both ends", said(target=End("instance", 1, "/workspace//out")))
    assert not any("Both ends" in text for text in said(target=replace(SOURCE, path="/other")))


@pytest.mark.parametrize(
    ("path", "stops"),
    [("/workspace/out/in", True), ("/workspace//out/./a/b/", True), ("/workspace/out2", False),
     ("/workspace/in/../out/x", True), ("/workspace/", False)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["instance", "volume"])
def test_the_destination_is_not_inside_the_source(kind: Kind, path: str, stops: bool) -> None:
    source = End(kind, 1, "/workspace/out/")
    assert said(source, End(kind, 1, path)).get(INSIDE, False) is stops
    assert INSIDE not in said(source, End(kind, 2, path))
    assert said(End(kind, 1, "/"), End(kind, 1, "/workspace/in"))[INSIDE]


def test_room_is_said_where_it_may_not_do() -> None:
    full = replace(TO, free=27.9)
    assert not one("b's disk has 27 GB free; the disk of a holds 31 GB.", said(to=full))
    assert not one("b's disk has 27 GB free.", said(out=replace(OUT, used=None), to=full))
    backup = replace(OUT, used=30.0, held="backup of 7 holds 30.0 GB")
    assert not one("b's disk has 27 GB free; backup of 7 holds 30.0 GB.", said(out=backup, to=full))
    part = replace(backup, used=5.0, held="backup of 7 holds ≥5.0 GB", part=True)
    assert not one("b's disk has 27 GB free; backup of 7 holds ≥5.0 GB.", said(out=part, to=full))
    assert not any("GB free" in text for text in said(out=replace(part, part=False), to=full))
    volume = Place(name="models", machine=2, country="US", size=25.0)
    assert not one("models is 25 GB large; the disk of a holds 31 GB.", said(to=volume))
    assert not any("large" in text for text in said(out=replace(OUT, used=None), to=volume))
    unknown = replace(TO, free=None)
    assert not any("free; the disk" in text for text in said(to=unknown))


def test_unknown_prices_are_said_to_be_unknown() -> None:
    assert not one("what the traffic costs is not known", said(out=replace(OUT, up=None)))
    unknown = replace(OUT, machine=None), replace(TO, machine=None)
    assert not one("is billed", said(out=unknown[0], to=unknown[1]))


def test_other_copies_into_it_and_a_volume_that_says_nothing() -> None:
    assert not one("stopping one stops both", said(into=1))
    assert not one("A volume reports nothing", said(target=End("volume", 3, "/in")))


@pytest.mark.parametrize(
    ("path", "words"),
    [("", "begins with /"), ("a/b", "begins with /"), ("~/x", "begins with /"),
     ("/" + "x" * 1_000, "At most 1000"), ("/a\nb", "one line"), ("/a\x1b[2J", "one line"),
     ("/a b'\"$(x);/ü", "")],
)  # fmt: skip
def test_paths(path: str, words: str) -> None:
    assert words in wrong_path(path)
    assert bool(wrong_path(path)) is bool(words)


def test_what_is_known_of_an_instance() -> None:
    row = Instance(
        id=1, label="x", image_uuid="docker.io/vastai/kvm:ubuntu", is_bid=True, machine_id=5,
        disk_space=100.0, disk_usage=100.5, inet_up_cost=0.01,
    )  # fmt: skip
    place = place_of(row, Phase.NO_SIGNAL)
    assert place.vm
    assert place.spot
    assert place.away
    assert place.kept
    assert place.free == 0.0
    assert (place.up, place.down) == (0.01, None)
    assert not place_of(row, Phase.LOADING).kept
    assert place_of(structs.replace(row, disk_usage=None), Phase.RUNNING).free is None


THIS = End("here", 0, "~/in/")
CLOUD = End("cloud", 1_811, "bucket/x")


@pytest.mark.parametrize("other", [THIS, CLOUD])
def test_traffic_to_elsewhere_is_what_the_instance_asks_for(other: End) -> None:
    there = Place(name="there")
    assert not one("The traffic of a is billed: $0.004 per GB", said(target=other, to=there))
    assert not one("The traffic of b is billed: $0.002 per GB", said(source=other, out=there))
    assert not one("costs nothing", said(target=other, to=there, out=replace(OUT, up=0.0)))
    assert not one("asks for traffic is not known", said(target=other, to=there,
                                                         out=replace(OUT, up=None)))  # fmt: skip


def test_to_this_computer_there_must_be_a_way_in() -> None:
    shut = replace(OUT, closed="SSH is unavailable.")
    assert one("SSH is unavailable.", said(target=THIS, out=shut, to=here()))
    assert one("No rsync.", said(target=THIS, to=here("No rsync.")))
    assert not one("closing vasttui stops it", said(target=THIS, to=here()))
    assert not any(said(target=THIS, to=here()).values())


@pytest.mark.parametrize("kind", ["volume", "backup", "cloud"])
def test_what_cannot_go_to_or_from_this_computer(kind: Kind) -> None:
    assert any(said(source=End(kind, 3, "/x"), target=THIS, to=here()).values())


def test_both_ends_here_or_in_clouds_are_none() -> None:
    assert one("Both ends are this computer", said(THIS, replace(THIS, path="/x"), here(), here()))
    assert one("Between a cloud and an instance or", said(CLOUD, CLOUD, Place(name="c"),
                                                            Place(name="c")))  # fmt: skip
    assert one("Between a cloud", said(End("backup", 3, "/x"), CLOUD, to=Place(name="c")))


def test_rsync_into_a_home_or_a_pattern_is_in_the_way_too() -> None:
    assert one("never a destination", said(THIS, End("instance", 2, HOME), out=here()))
    assert one("for patterns", said(THIS, End("instance", 2, "/a[b]/"), out=here()))
    assert not any(
        "patterns" in text for text in said(End("instance", 1, "/a[b]/"), THIS, to=here())
    )
    assert not one("/srv must be there", said(THIS, End("instance", 2, "/srv/x/"), out=here()))
    deep = said(target=replace(THIS, path="/a/b/c/"), to=here())
    assert not any("Only the last folder" in text for text in deep)


def test_a_cloud_gets_the_keys_on_the_host() -> None:
    found = said(target=CLOUD, to=Place(name="lab"))
    assert not one("The keys of the connection lab are put on the host of a", found)
    assert not any(found.values())
    assert not one("A cloud copy of it is under way", said(target=CLOUD, to=TO, into=1))


def test_between_a_volume_and_a_cloud() -> None:
    cloud, volume = replace(CLOUD, cloud_type="s3"), End("volume", 3, "/a/b")
    models, lab = Place(name="models", size=10.0), Place(name="lab")
    for found in (said(volume, cloud, models, lab), said(cloud, volume, lab, models)):
        assert not any(found.values())
        assert not one("lab are put on the host of models", found)
        assert not one("Neither a volume nor a cloud reports", found)
        assert not one("What models asks for traffic is not known. What the cloud", found)
    assert not one("/a must be there", said(cloud, volume, lab, models))
    assert not any("must be there" in text for text in said(volume, cloud, models, lab))
    assert one("What kind of cloud lab is, is not known.", said(volume, CLOUD, models, lab))
    assert not one("A copy into lab is under way", said(volume, cloud, models, lab, into=1))


def test_paths_here_and_in_clouds() -> None:
    assert [wrong_path(path, "here") for path in ("~", "~/x", "/x")] == ["", "", ""]
    assert "begins with /" in wrong_path("x", "here")
    assert wrong_path("bucket/x", "cloud") == ""
    assert "my-bucket" in wrong_path("", "cloud")
