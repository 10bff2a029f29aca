"""Which service and key are used, and where a new key would be stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from vasttui.endpoint import find_service
from vasttui.errors import KeyFileError, SettingsError

KEY = "0123456789abcdef0123456789abcdef"


def test_nothing_set_means_the_official_service_without_a_key(tmp_path: Path) -> None:
    service = find_service({}, tmp_path, None)
    assert str(service.origin) == "https://console.vast.ai"
    assert service.credential is None
    assert service.key_home == tmp_path / ".config" / "vastai" / "vast_api_key"


def test_the_environment_names_the_address(tmp_path: Path) -> None:
    service = find_service({"VAST_URL": "https://gpu.example/api/v0"}, tmp_path, None)
    assert str(service.origin) == "https://gpu.example"
    assert service.address_source == "$VAST_URL"


def test_a_key_of_vast_never_goes_to_another_host(tmp_path: Path) -> None:
    official = tmp_path / ".config" / "vastai" / "vast_api_key"
    official.parent.mkdir(parents=True)
    official.write_text(KEY)
    environ = {"VAST_URL": "https://gpu.example", "VAST_API_KEY": KEY}
    service = find_service(environ, tmp_path, None)
    assert service.credential is None
    assert service.key_home == tmp_path / ".config" / "vasttui" / "keys" / "gpu.example"


def test_a_new_key_takes_the_place_of_the_session_key_that_is_read_first(tmp_path: Path) -> None:
    session = tmp_path / ".config" / "vastai" / "vast_tfa_key"
    session.parent.mkdir(parents=True)
    session.write_text(KEY)
    service = find_service({}, tmp_path, None)
    assert service.credential is not None
    assert (service.credential.source, service.key_home) == (str(session), session)
    service = find_service({"VAST_API_KEY": KEY}, tmp_path, None)
    assert service.key_home == session.parent / "vast_api_key"


def test_a_key_entered_for_this_computer_is_not_stored(tmp_path: Path) -> None:
    assert find_service({"VAST_URL": "http://127.0.0.1:9"}, tmp_path, None).key_home is None


def test_a_key_file_counts_first(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    service = find_service({"VAST_API_KEY": "x" * 32}, tmp_path, tmp_path / "key")
    assert service.credential is not None
    assert service.credential.source == str(tmp_path / "key")


@pytest.mark.parametrize(
    ("environ", "error"),
    [
        ({"VAST_URL": "http://gpu.example"}, SettingsError),
        ({"VAST_URL": "ftp://console.vast.ai"}, SettingsError),
        ({"VAST_API_KEY": f"{KEY} oops"}, KeyFileError),
        ({"VAST_API_KEY": KEY, "VASTAI_API_KEY": "x" * 32}, KeyFileError),
    ],
)
def test_what_cannot_be_used_is_an_error_without_the_key(
    environ: dict[str, str], error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        find_service(environ, tmp_path, None)
    assert KEY not in str(caught.value)
