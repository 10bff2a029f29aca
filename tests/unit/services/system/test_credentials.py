from __future__ import annotations

import stat
from pathlib import Path

import pytest

from vasttui.errors import KeyFileError
from vasttui.services.system.credentials import (
    Credential,
    KeyPlaces,
    check_key,
    find_credential,
    forget_environment,
    key_places,
    read_key,
    store_key,
)

NAMES = ("file", "official-name", "other-name", "second-factor", "stored", "legacy", "own-entry")
KEYS = {name: f"{name}-0123456789abcdef" for name in NAMES}


@pytest.fixture
def places(tmp_path: Path) -> KeyPlaces:
    return key_places({}, tmp_path)


def put(path: Path, key: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(key + "\n")
    path.chmod(0o600)
    return path


def find(
    places: KeyPlaces, to: str, key_file: Path | None = None, /, **environ: str
) -> Credential | None:
    """The key for Vast.ai, a service on this computer, or another host."""
    return find_credential(
        places,
        environ,
        key_file=key_file,
        host={"official": "console.vast.ai", "loopback": "127.0.0.1"}.get(to, to),
        official=to == "official",
        loopback=to == "loopback",
    )


def everything(places: KeyPlaces, host: str) -> None:
    put(places.second_factor, KEYS["second-factor"])
    put(places.official, KEYS["stored"])
    put(places.legacy, KEYS["legacy"])
    put(places.of_host(host), KEYS["own-entry"])


def test_files_lie_where_the_official_client_keeps_them(tmp_path: Path) -> None:
    assert key_places({}, tmp_path).official == tmp_path / ".config/vastai/vast_api_key"
    assert key_places({}, tmp_path).second_factor == tmp_path / ".config/vastai/vast_tfa_key"
    assert key_places({}, tmp_path).legacy == tmp_path / ".vast_api_key"
    moved = key_places({"XDG_CONFIG_HOME": "/elsewhere"}, tmp_path)
    assert moved.official == Path("/elsewhere/vastai/vast_api_key")
    assert moved.other_hosts == Path("/elsewhere/vasttui/keys")


@pytest.mark.parametrize("base", ["", "  ", "config", "../up"])
def test_a_relative_xdg_directory_counts_as_none(base: str, tmp_path: Path) -> None:
    places = key_places({"XDG_CONFIG_HOME": base}, tmp_path)
    assert places.official == tmp_path / ".config/vastai/vast_api_key"


def test_order_of_the_sources(places: KeyPlaces, tmp_path: Path) -> None:
    everything(places, "gpu.example.com")
    key_file = put(tmp_path / "mine", KEYS["file"])
    first, second = {"VAST_API_KEY": KEYS["official-name"]}, {"VASTAI_API_KEY": KEYS["other-name"]}

    found = [
        find(places, "official", key_file, **first),
        find(places, "official", **first),
        find(places, "official", **second),
        find(places, "official"),
    ]
    places.second_factor.unlink()
    found.append(find(places, "official"))
    places.official.unlink()
    found.append(find(places, "official"))
    places.legacy.unlink()

    assert [(one.key, one.source) for one in found if one] == [
        (KEYS["file"], str(key_file)),
        (KEYS["official-name"], "$VAST_API_KEY"),
        (KEYS["other-name"], "$VASTAI_API_KEY"),
        (KEYS["second-factor"], str(places.second_factor)),
        (KEYS["stored"], str(places.official)),
        (KEYS["legacy"], str(places.legacy)),
    ]
    assert find(places, "official") is None


def test_another_host_only_gets_a_key_of_its_own(places: KeyPlaces, tmp_path: Path) -> None:
    everything(places, "gpu.example.com:8443")
    environ = {"VAST_API_KEY": KEYS["official-name"]}
    assert find(places, "gpu.example.com", **environ) is None
    own = find(places, "GPU.example.com:8443", **environ)
    assert own is not None
    assert own.key == KEYS["own-entry"]
    named = find(places, "gpu.example.com", put(tmp_path / "mine", KEYS["file"]), **environ)
    assert named is not None
    assert named.key == KEYS["file"]


def test_a_service_on_this_computer_never_gets_a_stored_key(
    places: KeyPlaces, tmp_path: Path
) -> None:
    everything(places, "127.0.0.1")
    assert find(places, "loopback") is None
    given = find(places, "loopback", VASTAI_API_KEY=KEYS["other-name"])
    assert given is not None
    assert given.key == KEYS["other-name"]
    named = find(places, "loopback", put(tmp_path / "mine", KEYS["file"]))
    assert named is not None
    assert named.key == KEYS["file"]


@pytest.mark.parametrize("host", ["", "..", "../vastai/vast_api_key", "a/b", "a\0b", ".hidden"])
def test_a_host_is_no_path(host: str, places: KeyPlaces) -> None:
    put(places.official, KEYS["stored"])
    with pytest.raises(KeyFileError):
        find(places, host)


@pytest.mark.parametrize(
    "host", ["gpu.example.com", "10.0.0.7:8443", "[2001:db8::1]:8443", "fe80::1"]
)
def test_hosts_that_have_an_entry(host: str, places: KeyPlaces) -> None:
    put(places.of_host(host), KEYS["own-entry"])
    assert find(places, host) is not None


def test_two_different_keys_in_the_environment_are_asked_about(places: KeyPlaces) -> None:
    environ = {"VAST_API_KEY": KEYS["official-name"], "VASTAI_API_KEY": KEYS["other-name"]}
    with pytest.raises(KeyFileError, match="VAST_API_KEY and VASTAI_API_KEY") as caught:
        find(places, "official", **environ)
    assert "Unset" in caught.value.hint
    assert not any(key in f"{caught.value} {caught.value.hint}" for key in KEYS.values())


def test_the_same_key_under_both_names_is_no_question(places: KeyPlaces) -> None:
    key = KEYS["file"]
    found = find(places, "official", VAST_API_KEY=key, VASTAI_API_KEY=f" {key}\n")
    assert found is not None
    assert found.source == "$VAST_API_KEY"


def test_empty_sources_are_passed_over(places: KeyPlaces) -> None:
    put(places.official, "")
    put(places.legacy, KEYS["legacy"])
    found = find(places, "official", VAST_API_KEY="", VASTAI_API_KEY="  ")
    assert found is not None
    assert found.key == KEYS["legacy"]


def test_blanks_and_line_ends_around_a_key_go(places: KeyPlaces) -> None:
    put(places.official, f"  {KEYS['stored']}\r\n\n")
    found = find(places, "official")
    assert found is not None
    assert found.key == KEYS["stored"]


@pytest.mark.parametrize(
    "text",
    [
        "tooshort", "x" * 257, "secretsecret secretsecret", "secretsecretsecret\x1b[31m",
        "secretsecretsecret\nsecond-line", "sécretsécretsécret", "<html>secretsecretsecret",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_without_being_shown(text: str, places: KeyPlaces) -> None:
    put(places.official, text)
    for attempt in (lambda: find(places, "official"), lambda: check_key(text, "the input")):
        with pytest.raises(KeyFileError) as caught:
            attempt()
        shown = f"{caught.value} {caught.value.hint} {caught.value!r}"
        assert text not in shown
        assert "cret" not in shown
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("length", [16, 256])
def test_the_shortest_and_the_longest_key(length: int) -> None:
    assert check_key("k" * length, "x") == "k" * length


def test_bytes_that_are_no_text_are_no_key(places: KeyPlaces) -> None:
    put(places.official, "x").write_bytes(b"\xff\xfe" + b"k" * 40)
    with pytest.raises(KeyFileError, match="not hold a valid API key"):
        find(places, "official")


def test_a_named_file_must_hold_a_key(places: KeyPlaces, tmp_path: Path) -> None:
    put(places.official, KEYS["stored"])
    with pytest.raises(KeyFileError, match="no key file"):
        find(places, "official", tmp_path / "missing")
    with pytest.raises(KeyFileError, match="is empty"):
        find(places, "official", put(tmp_path / "empty", ""))
    with pytest.raises(KeyFileError, match="cannot be read: Is a directory"):
        find(places, "official", tmp_path)


@pytest.mark.parametrize("rights", [0o644, 0o640, 0o602, 0o610])
def test_a_file_others_may_use_is_read_and_warned_about(rights: int, tmp_path: Path) -> None:
    path = put(tmp_path / "the key", KEYS["file"])
    path.chmod(rights)
    found = read_key(path)
    assert found is not None
    assert found.key == KEYS["file"]
    assert found.warning.endswith(f"chmod 600 '{path}'")

    path.chmod(0o600)
    again = read_key(path)
    assert again is not None
    assert again.warning == ""


def test_a_credential_does_not_tell_its_key() -> None:
    credential = Credential("0123456789abcdef", "$VAST_API_KEY")
    assert "0123456789ab" not in f"{credential!r} {credential}"
    assert credential.ends == "cdef"


def test_a_stored_key_is_found_again_and_closed_to_others(places: KeyPlaces) -> None:
    store_key(f" {KEYS['stored']}\n", places.official)
    assert stat.S_IMODE(places.official.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.official.parent.stat().st_mode) == 0o700
    assert places.official.read_text() == KEYS["stored"]
    found = find(places, "official")
    assert found == Credential(KEYS["stored"], str(places.official))


def test_what_is_no_key_is_not_stored(places: KeyPlaces) -> None:
    put(places.official, KEYS["stored"])
    with pytest.raises(KeyFileError):
        store_key("not a key", places.official)
    assert places.official.read_text().strip() == KEYS["stored"]


def test_a_key_that_cannot_be_stored_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="cannot be stored") as caught:
        store_key(KEYS["file"], tmp_path / "file" / "key")
    assert KEYS["file"] not in str(caught.value)


def test_no_child_inherits_a_key_under_any_of_its_names() -> None:
    environ = {"VAST_API_KEY": "a", "VASTAI_API_KEY": "b", "HOME": "/home/me"}
    forget_environment(environ)
    assert environ == {"HOME": "/home/me"}
