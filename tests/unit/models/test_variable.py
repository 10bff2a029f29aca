"""Names, values and `.env` texts."""

from __future__ import annotations

import pytest

from vasttui.models.variable import name_problem, plan, read_entries, value_problem, value_risk


def read(text: str) -> list[tuple[int, str, str]]:
    """The entries without a problem."""
    return [(one.line, one.name, one.value) for one in read_entries(text) if not one.problem]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("A=1", "A", "1"),
        ("A = 1 ", "A", "1"),
        ("export A=1", "A", "1"),
        ("  export   A=1", "A", "1"),
        ("set A=1", "A", "1"),
        ("declare -x A=1", "A", "1"),
        ("$env:A = '1'", "A", "1"),
        ("\ufeffA=1", "A", "1"),
        ("A=1\r\n", "A", "1"),
        ("A=1 # one", "A", "1"),
        ("A=1#one", "A", "1#one"),
        ("A=b c", "A", "b c"),
        ("A=x=y", "A", "x=y"),
        ("A=x B=y", "A", "x B=y"),
        ('A="b c" # said', "A", "b c"),
        ('A="b \\"c\\" # \\\\ \\$d"', "A", 'b "c" # \\ $d'),
        ("A='b \\\"c'", "A", 'b \\"c'),
        ('A="b"c', "A", '"b"c'),
        ("A=it's", "A", "it's"),
        ("_a1=2", "_a1", "2"),
    ],
)
def test_one_line(text: str, name: str, value: str) -> None:
    assert read(text) == [(1, name, value)]


def test_a_file_of_every_kind_of_line() -> None:
    text = "# all\r\n\r\nA=1\r\n  # more\nexport B='2'\n\nC=\"3\"\n"
    assert read(text) == [(3, "A", "1"), (5, "B", "2"), (7, "C", "3")]


def test_five_hundred_lines() -> None:
    text = "\n".join(f"N{number}={number}" for number in range(500))
    assert read(text)[499] == (500, "N499", "499")


@pytest.mark.parametrize("text", ["", "\n\n", "# A=1", "   ", "#\r\n#\r\n"])
def test_nothing_is_in_it(text: str) -> None:
    assert read_entries(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2A=1", "a name begins with a letter or _"),
        ("A-B=1", "a name has letters, digits and _ only"),
        ("A B=1", "this is not NAME=value"),
        ("Ä=1", "a name has letters, digits and _ only"),
        ("=1", "there is no name"),
        ("A" * 256 + "=1", "a name has 255 characters at most"),
        ("A=", "there is no value"),
        ("A=''", "there is no value"),
        ("A= # nothing", "there is no value"),
        ("just words", "this is not NAME=value"),
        ('A="1', "a quote is not closed"),
        ("A='1\n2'", "the value has several lines"),
        ("A=-----BEGIN RSA PRIVATE KEY-----", "that is a private key"),
        ("A=LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0=", "that is a private key"),
        ("vast_api_key=1", "VAST_API_KEY is the account's API key: every host would get it"),
        ("export VASTAI_API_KEY=1", "VASTAI_API_KEY is the account's API key"),
        ("CONTAINER_API_KEY=1", "CONTAINER_API_KEY is set by Vast.ai"),
        ("A\x1b[31m=1", "a name has letters, digits and _ only"),
    ],
)
def test_what_cannot_be_sent_says_why(text: str, problem: str) -> None:
    [entry] = read_entries(text)
    assert entry.problem.startswith(problem)
    assert entry.name.isprintable()
    assert "value=" not in repr(entry)


def test_a_bad_line_does_not_harm_the_next() -> None:
    entries = read_entries('A="1\nB=2\nC\nD=\nE="x\ny"\nF=6')
    assert [(one.line, one.name) for one in entries if not one.problem] == [(2, "B"), (7, "F")]
    assert [one.line for one in entries] == [1, 2, 3, 4, 5, 7]


def test_what_will_happen_is_told_before_anything_is_sent() -> None:
    entries = read_entries("HF=1\nnew=2\nlr=3\n2X=4\nP=a b\nU=https://x\nHF=5\npath=/x")
    planned = plan(entries, {"HF", "LR"})
    assert [(one.name, one.effect, one.risk) for one in planned] == [
        ("HF", "", False), ("NEW", "add", False), ("LR", "change", False), ("2X", "", False),
        ("P", "add", True), ("U", "add", True), ("HF", "change", False),
        ("PATH", "add", True),
    ]  # fmt: skip
    assert [one.words for one in planned] == [
        "line 7 sets it again",
        "is added as NEW",
        "changes the one you have as LR",
        "line 4: a name begins with a letter or _",
        "is added; the service may refuse or lose the space in it",
        "is added; the service may refuse other characters than letters, digits, _ - .",
        "changes the one you have",
        "is added as PATH; PATH replaces the container's own; the service may refuse other "
        "characters than letters, digits, _ - .",
    ]


def test_documented_names_and_values_have_no_problem() -> None:
    for name in ("A", "_", "aB_9", "A" * 255):
        assert name_problem(name) == ""
    for value in ("1", "hf_aB-c.d"):
        assert (value_problem(value), value_risk(value)) == ("", "")
