"""Commands of the official client that are no search of offers."""

from __future__ import annotations

import pytest

from vasttui.query.other_command import OtherCommand, other_command, unread_command


@pytest.mark.parametrize(
    ("text", "words", "section"),
    [
        ("vastai show instances", "vastai show instances", "instances"),
        ("$ vastai create instance 123 --image x", "vastai create instance", "offers"),
        ("VAST_URL=x ./vast.py destroy instance 12", "vastai destroy", "instances"),
        ("vastai show invoices-v1", "vastai show invoices-v1", "invoices"),
        ("vastai copy 1:/a 2:/b", "vastai copy", "transfers"),
        ("vastai create ssh-key 'ssh-ed25519 AAAA'", "vastai create ssh-key", "ssh_keys"),
        ("vastai search volumes", "vastai search volumes", "space"),
        ("vastai get endpt-logs 12 --level 1", "vastai get endpt-logs", "endpoints"),
        ("vastai update workergroup 7", "vastai update workergroup", "endpoints"),
        ("vastai stop deployment 4", "vastai stop deployment", "deployments"),
        ("vastai stop instance 4", "vastai stop", "instances"),
        ("vastai show machines", "vastai show machines", ""),
    ],
)
def test_each_leads_to_where_it_is_done(text: str, words: str, section: str) -> None:
    assert other_command(text) == OtherCommand(words, section)


@pytest.mark.parametrize("text", ["", "vast", "vastai", "gpu:4090 vastai", "vastai pytorch", "n=1"])
def test_a_filter_is_no_command(text: str) -> None:
    assert other_command(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vastai search offers 'n=1' -o 'dph-' --storage 50 -i",
         "a command of the official client: read when you keep it"),
        ("$ vastai search offers", "a command of the official client: read when you keep it"),
        ("vastai search offers 'n=1", "a quote of the command is not closed"),
        ("vastai search", "vastai search is a command, not a filter"),
        ("vastai show instances", "vastai show instances is a command, not a filter"),
    ],
)  # fmt: skip
def test_while_one_is_typed_it_is_no_filter(text: str, said: str) -> None:
    assert str(unread_command(text)) == said
    assert unread_command("vastai pytorch") is None
