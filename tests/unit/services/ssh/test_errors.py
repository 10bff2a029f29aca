from __future__ import annotations

import pytest

from vasttui.services.ssh.errors import Ending, Trouble, read_ending, read_login
from vasttui.services.system.programs import Finished

BANNER = (
    "Welcome to vast.ai. If authentication fails, try again after a few seconds, and double check"
    " your ssh key.\nHave fun!\n"
)
DENIED = "root@192.0.2.45: Permission denied (publickey).\n"
CHANGED = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Host key for vast-1 has changed and you have requested strict checking.
Host key verification failed.
"""
OPEN = """\
@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @
Permissions 0644 for '/u/.ssh/id_rsa' are too open.
Load key "/u/.ssh/id_rsa": bad permissions
root@192.0.2.45: Permission denied (publickey).
"""
OFFERED = "debug1: Offering public key: /u/.ssh/id_rsa RSA SHA256:abc\n"
ACCEPTED = "debug1: Server accepts key: /u/.ssh/id_rsa RSA SHA256:abc\n"


@pytest.mark.parametrize(
    ("stderr", "trouble"),
    [
        (BANNER + DENIED, Trouble.KEY_REFUSED),
        (OFFERED + DENIED, Trouble.KEY_REFUSED),
        (OFFERED + ACCEPTED + DENIED, Trouble.LOCKED),
        ("Permission denied (publickey,password).\n", Trouble.KEY_REFUSED),
        (CHANGED, Trouble.HOST_KEY_CHANGED),
        ("Host key verification failed.\n", Trouble.HOST_KEY_REFUSED),
        (OPEN, Trouble.OPEN_PRIVATE_KEY),
        (
            "Received disconnect from 192.0.2.45 port 30022:2: Too many authentication failures\n"
            "Disconnected from 192.0.2.45 port 30022\n",
            Trouble.TOO_MANY_KEYS,
        ),
        ("ssh: connect to host h port 22: Connection refused\n", Trouble.REFUSED),
        ("ssh: connect to host h port 22: Connection timed out\n", Trouble.TIMED_OUT),
        ("ssh: connect to host h port 22: Operation timed out\n", Trouble.TIMED_OUT),
        ("Connection timed out during banner exchange\n", Trouble.TIMED_OUT),
        ("ssh: connect to host h port 22: No route to host\n", Trouble.UNREACHABLE),
        ("ssh: connect to host h port 22: Network is unreachable\n", Trouble.UNREACHABLE),
        (
            "ssh: Could not resolve hostname h: Name or service not known\n",
            Trouble.NO_NAME,
        ),
        (
            "Unable to negotiate with 192.0.2.45 port 22: no matching host key type found."
            " Their offer: ssh-rsa\n",
            Trouble.NOT_SPOKEN,
        ),
        (
            "Unable to negotiate with 192.0.2.45 port 22: no matching key exchange method found.\n",
            Trouble.NOT_SPOKEN,
        ),
        ("kex_exchange_identification: Connection closed by remote host\n", Trouble.CLOSED),
        ("kex_exchange_identification: read: Connection reset by peer\n", Trouble.CLOSED),
        ("Connection closed by 192.0.2.45 port 22\n", Trouble.CLOSED),
        ("/u/.ssh/config: line 3: Bad configuration option: hots\n", Trouble.BAD_SETTING),
        ("Bad owner or permissions on /u/.ssh/config\n", Trouble.BAD_SETTING),
        ("something new\n", Trouble.OTHER),
        ("debug1: Reading configuration data\n", Trouble.OTHER),
        ("", Trouble.OTHER),
    ],
)
def test_what_ssh_says_is_understood(stderr: str, trouble: Trouble) -> None:
    login = read_login(Finished(255, err=f"debug1: OpenSSH_9.2p1\r\n{stderr}"))
    assert login.trouble is trouble
    assert login.sentence.isprintable()
    assert login.sentence.endswith((".", "something new"))


@pytest.mark.parametrize("code", [0, 1, 126, 127, -9])
def test_any_code_of_the_other_side_means_that_the_login_works(code: int) -> None:
    assert read_login(Finished(code, err=BANNER)).trouble is Trouble.NONE


def test_debug_lines_are_not_taken_for_the_reason() -> None:
    noise = "debug1: connect to address 192.0.2.45 port 22: Connection refused\n"
    assert read_login(Finished(255, err=noise + DENIED)).trouble is Trouble.KEY_REFUSED


def test_an_unknown_sentence_is_shown_cleaned_and_short() -> None:
    login = read_login(Finished(255, err=f"\x1b]0;owned\x07 \u202e{'x' * 5000}\n\n"))
    assert login.trouble is Trouble.OTHER
    assert login.sentence.isprintable()
    assert len(login.sentence) < 250


def test_much_hostile_text_is_read_quickly() -> None:
    """A backtracking pattern would hang here until the test times out."""
    for text in ("Host key for " * 5000, "Load key " + "x" * 60_000, "Connection to " * 5000):
        assert read_login(Finished(255, err=text)).trouble is Trouble.OTHER


LOGGED_IN = 'Authenticated to h ([192.0.2.1]:22) using "publickey".\n'


@pytest.mark.parametrize(
    ("code", "said", "ending"),
    [
        (0, LOGGED_IN, Ending.OVER),
        (130, LOGGED_IN, Ending.OVER),
        (255, f"{LOGGED_IN}Connection to h closed.\r\n", Ending.OVER),
        (255, f"{LOGGED_IN}client_loop: send disconnect: Broken pipe\r\n", Ending.LOST),
        (255, f"{LOGGED_IN}Connection to h closed by remote host.\r\nConnection to h closed.\r\n",
         Ending.LOST),
        (255, f"{LOGGED_IN}Timeout, server h not responding.\r\n", Ending.LOST),
        (255, "Connection to h closed by remote host.\r\n", Ending.LOST),
        (255, "Shared connection to h closed.\r\n", Ending.LOST),
        (255, "kex_exchange_identification: Connection closed by remote host\r\n", Ending.NO_LOGIN),
        (255, "Connection timed out during banner exchange\r\n", Ending.NO_LOGIN),
        (255, "Timeout, server 127.0.0.1 not responding.\r\n", Ending.LOST),
        (255, "root@h: Permission denied (publickey).\r\n", Ending.NO_LOGIN),
        (255, "", Ending.UNKNOWN),
        (-15, LOGGED_IN, Ending.UNKNOWN),
    ],
)  # fmt: skip
def test_a_session_that_was_lost_is_no_login_that_was_refused(
    code: int, said: str, ending: Ending
) -> None:
    ended = read_ending(Finished(code, err=said))
    assert ended.ending is ending
    assert bool(ended.sentence) is (ending is not Ending.OVER)
