"""Where keys are kept: those that the user enters, and those that replace the one in use."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from vasttui.endpoint import Service, find_service
from vasttui.errors import AuthRejected, KeyFileError
from vasttui.key_store import KeyStore
from vasttui.logs import Redactor
from vasttui.models.account import Account
from vasttui.ui.client import Client

KEY, NEW = "0123456789abcdef0123456789abcdef", "f" * 32


class FakeApi:
    """An API that accepts or rejects its key."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.closed = False
        self.account = self

    async def current(self) -> Account:
        if self.refuses:
            raise AuthRejected("Invalid user key", status=401)
        return Account(id=7)

    async def aclose(self) -> None:
        self.closed = True


def store(service: Service, redact: Redactor | None = None, api: FakeApi | None = None) -> KeyStore:
    client = cast(Client, api or FakeApi())
    return KeyStore(service, lambda key: client, redact or Redactor())


def official(home: Path) -> Path:
    return home / ".config" / "vastai" / "vast_api_key"


async def test_a_good_key_is_stored_for_its_owner_alone(tmp_path: Path) -> None:
    redact, home = Redactor(), official(tmp_path)
    signed = await store(find_service({}, tmp_path, None), redact).sign_in(f"  {KEY}\n")
    assert signed.account.id == 7
    assert signed.stored_in == str(home)
    assert home.read_text() == KEY
    assert home.stat().st_mode & 0o077 == 0
    assert KEY not in redact(KEY)


async def test_a_refused_key_is_not_stored_and_its_client_closed(tmp_path: Path) -> None:
    api = FakeApi(refuses=True)
    with pytest.raises(AuthRejected):
        await store(find_service({}, tmp_path, None), api=api).sign_in(KEY)
    assert api.closed
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_key_is_not_even_sent(tmp_path: Path) -> None:
    for method in ("sign_in", "keep"):
        with pytest.raises(KeyFileError) as caught:
            await getattr(store(find_service({}, tmp_path, None)), method)("not a key")
        assert "not a key" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


async def test_a_new_key_replaces_the_old_one_where_it_is(tmp_path: Path) -> None:
    redact = Redactor()
    place = official(tmp_path)
    place.parent.mkdir(parents=True)
    place.write_text(KEY)
    kept = await store(find_service({}, tmp_path, None), redact).keep(NEW)
    assert (kept.stored_in, kept.api is None) == (str(place), False)
    assert place.read_text() == NEW
    assert place.stat().st_mode & 0o777 == 0o600
    assert NEW not in redact(NEW)


@pytest.mark.parametrize("earlier", [True, False])
async def test_a_new_key_never_takes_the_place_of_a_login(tmp_path: Path, earlier: bool) -> None:
    login = official(tmp_path).with_name("vast_tfa_key")
    login.parent.mkdir(parents=True)
    if earlier:
        login.write_text(KEY)
    keys = store(find_service({}, tmp_path, None))
    if not earlier:
        await keys.log_in(KEY)
    assert keys.kept_in() == f"{official(tmp_path)}; the login goes on"
    kept = await keys.keep(NEW)
    assert (kept.stored_in, kept.api) == (f"{official(tmp_path)}; the login goes on", None)
    assert (login.read_text(), official(tmp_path).read_text()) == (KEY, NEW)
    assert official(tmp_path).stat().st_mode & 0o777 == 0o600


async def test_a_key_file_that_was_named_is_replaced_until_another_key_is_used(
    tmp_path: Path,
) -> None:
    named = tmp_path / "mine"
    named.write_text(KEY)
    keys = store(find_service({}, tmp_path, named))
    assert (await keys.keep(NEW)).stored_in == str(named)
    assert named.read_text() == NEW
    await keys.sign_in(KEY)
    assert (await keys.keep(NEW)).stored_in == str(official(tmp_path))


async def test_a_variable_cannot_be_changed_and_that_is_said(tmp_path: Path) -> None:
    keys = store(find_service({"VAST_API_KEY": KEY}, tmp_path, None))
    before = keys.kept_in()
    kept = await keys.keep(NEW)
    assert official(tmp_path).read_text() == NEW
    assert (
        before
        == kept.stored_in
        == (f"{official(tmp_path)}; $VAST_API_KEY keeps the old key and goes before it: change it")
    )


async def test_for_a_service_on_this_computer_it_stays_in_memory(tmp_path: Path) -> None:
    environ = {"VAST_URL": "http://127.0.0.1:9"}
    kept = await store(find_service(environ, tmp_path, None)).keep(NEW)
    assert kept.stored_in == "memory, for this run"
    assert list(tmp_path.iterdir()) == []


async def test_the_key_of_a_login_has_the_official_client_s_file_and_the_plain_one_stays(
    tmp_path: Path,
) -> None:
    plain, redact = official(tmp_path), Redactor()
    plain.parent.mkdir(parents=True)
    plain.write_text(KEY)
    service = find_service({}, tmp_path, None)
    signed = await store(service, redact).log_in(NEW)
    assert signed.stored_in == str(service.login_home) == str(plain.with_name("vast_tfa_key"))
    assert plain.with_name("vast_tfa_key").read_text() == NEW
    assert plain.with_name("vast_tfa_key").stat().st_mode & 0o777 == 0o600
    assert plain.read_text() == KEY
    assert NEW not in redact(NEW)


async def test_the_key_of_a_login_at_another_service_is_not_stored(tmp_path: Path) -> None:
    service = find_service({"VAST_URL": "https://vast.example.com"}, tmp_path, None)
    assert (await store(service).log_in(NEW)).stored_in == "memory, for this run"
    assert list(tmp_path.iterdir()) == []
