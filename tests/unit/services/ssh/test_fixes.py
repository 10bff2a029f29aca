from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ssh_keys import KeyAccount, Programs, public_key, write_key
from vasttui.api.outcome import Fate, Outcome
from vasttui.clock import VirtualClock
from vasttui.errors import BrokenAnswer, Rejected, Unconfirmed, VastError
from vasttui.models.ssh_key import SshKey
from vasttui.services.ssh import checks as ssh_check
from vasttui.services.ssh.fixes import SshFixer
from vasttui.services.ssh.local_keys import LocalKey, find_local_keys


@pytest.fixture
def key(tmp_path: Path) -> LocalKey:
    write_key(tmp_path / "ssh")
    return find_local_keys(tmp_path / "ssh").keys[0]


def fixer(service: KeyAccount, tmp_path: Path, clock: VirtualClock | None = None) -> SshFixer:
    return SshFixer(
        service, clock or VirtualClock(), str(tmp_path / "known_hosts"), "me@laptop",
        Programs().run,
    )  # fmt: skip


@pytest.mark.parametrize("fate", [Fate.OK, Fate.UNKNOWN])
async def test_an_attached_key_is_looked_for_in_the_list(
    tmp_path: Path, key: LocalKey, fate: Fate
) -> None:
    service, clock = KeyAccount(delay=2), VirtualClock()
    service.outcome = Outcome(fate, error=BrokenAnswer("?") if fate is Fate.UNKNOWN else None)
    said = await fixer(service, tmp_path, clock).apply(ssh_check.attach(key), 7)
    assert service.sent == [f"7 {key.key.text}"]
    assert "15 s" in said
    assert clock.monotonic() == 4.0


async def test_a_key_that_never_shows_is_not_called_attached(tmp_path: Path, key: LocalKey) -> None:
    service = KeyAccount(delay=99)
    with pytest.raises(VastError, match="does not list it"):
        await fixer(service, tmp_path).apply(ssh_check.attach(key), 7)
    assert len(service.sent) == 1


async def test_a_refusal_is_the_services_own_sentence(tmp_path: Path, key: LocalKey) -> None:
    service = KeyAccount()
    service.outcome = Outcome(
        Fate.REJECTED, error=Rejected("Teams have no SSH keys of their own.", status=400)
    )
    for fix in (ssh_check.attach(key), ssh_check.add_to_account(key)):
        with pytest.raises(Rejected, match="Teams"):
            await fixer(service, tmp_path).apply(fix, 7)


async def test_a_key_goes_to_the_account_once(tmp_path: Path, key: LocalKey) -> None:
    service = KeyAccount()
    for _ in range(2):
        said = await fixer(service, tmp_path).apply(ssh_check.add_to_account(key), 7)
    assert service.sent == [f"account {key.key.text}"]
    assert "new instances" in said


async def test_a_key_that_is_there_already_is_not_called_added(
    tmp_path: Path, key: LocalKey
) -> None:
    service = KeyAccount([key.key], [key.key])
    mine = fixer(service, tmp_path)
    assert await mine.add_to_account(key.key) is False
    assert await mine.attach(7, key.key) is False
    assert "already" in await mine.apply(ssh_check.attach(key), 7)
    assert service.sent == []


async def test_a_key_that_came_in_between_is_not_called_added(
    tmp_path: Path, key: LocalKey
) -> None:
    class Late(KeyAccount):
        async def add(self, text: str) -> Outcome:
            self.account.append(SshKey(text, 9))
            self.sent.append(text)
            return Outcome(
                Fate.REJECTED, error=Rejected("SSH key already exists.", status=400), status=400
            )

    service = Late()
    assert await fixer(service, tmp_path).add_to_account(key.key) is False
    assert len(service.sent) == 1


async def test_the_same_key_with_another_comment_counts_as_there(
    tmp_path: Path, key: LocalKey
) -> None:
    service = KeyAccount([SshKey(public_key("a", comment="typed by hand"))])
    await fixer(service, tmp_path).apply(ssh_check.add_to_account(key), 7)
    assert service.sent == []


async def test_a_private_half_is_closed_to_others(tmp_path: Path, key: LocalKey) -> None:
    private = tmp_path / "ssh" / "id_ed25519"
    private.chmod(0o644)
    said = await fixer(KeyAccount(), tmp_path).apply(ssh_check.make_private(key), 7)
    assert private.stat().st_mode & 0o777 == 0o600
    assert "id_ed25519" in said


async def test_a_saved_host_key_is_forgotten_for_this_instance_alone(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("vast-7 ssh-rsa A\nvast-8 ssh-rsa B\n")
    await fixer(KeyAccount(), tmp_path).apply(ssh_check.FORGET_HOST_KEY, 7)
    assert (tmp_path / "known_hosts").read_text() == "vast-8 ssh-rsa B\n"


async def test_waiting_takes_as_long_as_it_says(tmp_path: Path) -> None:
    clock = VirtualClock()
    await fixer(KeyAccount(), tmp_path, clock).apply(ssh_check.wait("why"), 7)
    assert clock.monotonic() == 15.0


async def test_a_key_cannot_be_made_without_ssh_keygen(tmp_path: Path) -> None:
    with pytest.raises(VastError, match="ssh-keygen cannot be run here"):
        await fixer(KeyAccount(), tmp_path).apply(ssh_check.make_key(tmp_path / "new"), 7)


async def test_what_needs_a_dialog_is_not_done_here(tmp_path: Path) -> None:
    with pytest.raises(VastError, match="start the instance"):
        await fixer(KeyAccount(), tmp_path).apply(ssh_check.START, 7)


# Removing keys


def numbered(seed: str, number: int) -> SshKey:
    return SshKey(public_key(seed), number)


async def test_a_key_is_detached_by_its_number_on_that_instance(tmp_path: Path) -> None:
    service = KeyAccount(instance=[numbered("a", 7), numbered("b", 8)])
    await fixer(service, tmp_path).detach(5, SshKey(public_key("b", comment="other")))
    assert service.sent == ["detach 8 of 5"]
    assert [key.id for key in service.instance] == [7]


async def test_what_is_not_attached_needs_no_request(tmp_path: Path) -> None:
    service = KeyAccount(instance=[numbered("a", 7)])
    await fixer(service, tmp_path).detach(5, numbered("c", 7))
    assert service.sent == []


async def test_a_number_that_is_another_key_by_now_is_left_alone(tmp_path: Path) -> None:
    service = KeyAccount(account=[numbered("b", 41)])
    with pytest.raises(VastError, match="a different key now"):
        await fixer(service, tmp_path).delete_from_account(41, numbered("a", 41))
    assert service.sent == []


async def test_a_key_is_deleted_by_its_number_and_seen_to_be_gone(tmp_path: Path) -> None:
    service = KeyAccount(account=[numbered("a", 41), numbered("a", 42)])
    await fixer(service, tmp_path).delete_from_account(42, numbered("a", 42))
    assert service.sent == ["delete 42"]
    assert [key.id for key in service.account] == [41]
    await fixer(service, tmp_path).delete_from_account(42, numbered("a", 42))
    assert service.sent == ["delete 42"]


async def test_a_key_is_replaced_under_its_number(tmp_path: Path) -> None:
    service = KeyAccount(account=[numbered("a", 41), numbered("b", 42)])
    new = SshKey(public_key("c"))
    for _ in range(2):
        await fixer(service, tmp_path).replace_on_account(41, numbered("a", 41), new)
    assert service.sent == [f"replace 41 {new.text}"]
    assert [key.blob for key in service.account] == [new.blob, numbered("b", 42).blob]


@pytest.mark.parametrize(
    ("number", "new", "why"),
    [(41, "b", "on the account already"), (41, "a", "on the account already"),
     (42, "c", "a different key now"), (43, "c", "or gone")],
)  # fmt: skip
async def test_what_cannot_be_replaced(tmp_path: Path, number: int, new: str, why: str) -> None:
    service = KeyAccount(account=[numbered("a", 41), numbered("b", 42)])
    with pytest.raises(VastError, match=why):
        await fixer(service, tmp_path).replace_on_account(
            number, numbered("a", 41), SshKey(public_key(new))
        )
    assert service.sent == []


async def test_a_replacement_that_does_not_show_is_not_called_done(tmp_path: Path) -> None:
    class Lost(KeyAccount):
        async def replace(self, key_id: int, text: str) -> Outcome:
            self.sent.append(text)
            return Outcome(Fate.UNKNOWN, error=BrokenAnswer("?"))

    service = Lost([numbered("a", 41)])
    with pytest.raises(Unconfirmed):
        await fixer(service, tmp_path).replace_on_account(
            41, numbered("a", 41), SshKey(public_key("c"))
        )
    assert len(service.sent) == 2


@pytest.mark.parametrize("what", ["detach", "delete"])
async def test_a_key_that_stays_listed_is_not_called_gone(tmp_path: Path, what: str) -> None:
    service = KeyAccount([numbered("a", 7)], [numbered("a", 7)])
    service.outcome = Outcome(Fate.REJECTED, error=Rejected("No.", status=400))
    mine = fixer(service, tmp_path)
    taking = {
        "detach": lambda: mine.detach(5, numbered("a", 7)),
        "delete": lambda: mine.delete_from_account(7, numbered("a", 7)),
    }
    with pytest.raises(VastError, match=r"No\."):
        await taking[what]()


async def test_an_unclear_answer_is_looked_up(tmp_path: Path) -> None:
    service = KeyAccount(account=[numbered("a", 7)])
    service.outcome = Outcome(Fate.UNKNOWN, error=BrokenAnswer("?"))
    await fixer(service, tmp_path).delete_from_account(7, numbered("a", 7))
    assert service.account == []


async def test_a_key_that_was_cut_is_not_sent(tmp_path: Path) -> None:
    service = KeyAccount()
    cut = SshKey(public_key()[:50])
    with pytest.raises(VastError, match="damaged, so it was not sent"):
        await fixer(service, tmp_path).attach(7, cut)
    with pytest.raises(VastError, match="damaged, so it was not sent"):
        await fixer(service, tmp_path).add_to_account(cut)
    assert service.sent == []
