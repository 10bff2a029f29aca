"""What a terminal sends is split into keys, mouse reports and pastes; the rest is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser

from vasttui.ui.terminal.key_reports import key_press
from vasttui.ui.terminal.layouts import key_name, latin
from vasttui.ui.terminal.pieces import ESCAPE, Pasted, Pieces, decoder

MOUSE = "\x1b[<35;20;10M"


def pieces(*parts: str) -> list[str | Pasted]:
    """What comes out when it arrives in these parts."""
    reader = Pieces()
    return [piece for part in parts for piece in reader.feed(part)]


def keys(text: str) -> list[tuple[str, str | None]]:
    """The keys that Textual makes of it."""
    parser = XTermParser()
    found = [message for piece in pieces(text) for message in parser.feed(str(piece))]
    assert all(isinstance(message, events.Key) for message in found)
    return [(key.key, key.character) for key in found if isinstance(key, events.Key)]


@pytest.mark.parametrize(
    "garbage",
    [
        "\x1b[<32;NaN;NaNM",
        "\x1b[<NaN;NaN;NaNm",
        "\x1b[<32;undefined;nullM",
        "\x1b[<32;-1;-5M",
        "\x1b[<32;1.5;2e3M",
        "\x1b[<;;M",
        "\x1b[<0;999999999;1M",
        "\x1b[32;NaN;NaNM",
        "\x1b[NaN;NaN;NaNM",
        "\x1b[32;-5;10M",
        "\x1b[32;1.5;2.5M",
        "\x1b[32;nan;-InfinityM",
        "\x1b[35;20;10M",
        "\x1b[M !!",
        "\x1b[48;24;80;480;800t",
        "\x1b[?62;22c",
        "\x1b[>1;10;0c",
        "\x1b[24;80R",
        "\x1b[0n",
        "\x1b[97;u",
        "\x1b[97;1;u",
        "\x1b[97;1:u",
        "\x1b[1;B",
        "\x1b[5;~",
        "\x1b[?25;2$y",
        "\x1b[?0u",
        "\x1b[201~",
        "\x1b]11;rgb:1d1d/1f1f/2121\x07",
        "\x1b]10;rgb:ff/ff/ff\x1b\\",
        "\x1bP>|term(1.2)\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x9b<32;NaN;NaNM",
        "\x9b32;NaN;NaNM",
        "\x9b?62;22c",
        "\x90",
        "\ufffd",
        "\x1bOZ",
    ],
)
def test_what_is_no_key_is_dropped_and_what_follows_is_not(garbage: str) -> None:
    for cut in range(2, max(3, len(garbage))):
        assert pieces(garbage[:cut], garbage[cut:], "2") == ["2"], cut


def test_bytes_that_are_no_text_are_dropped_and_8_bit_controls_are_read() -> None:
    for sent in (b"\x9b<32;NaN;NaNM2", b"\x9b?62;22c2", b"\xff\x802", b"\xe2\x9b2"):
        for cut in range(len(sent)):
            decode = decoder()
            assert pieces(decode(sent[:cut]), decode(sent[cut:])) == ["2"], (sent, cut)
    assert pieces(decoder()(b"\x9bA"), decoder()("\u00db\u20ac".encode())) == [
        "\x1b[A",
        "\u00db",
        "\u20ac",
    ]


def test_a_mouse_report_may_arrive_in_parts_however_slowly() -> None:
    for cut in range(1, len(MOUSE)):
        reader = Pieces()
        first = list(reader.feed(MOUSE[:cut]))
        late = list(reader.expire())
        assert [*first, *late, *reader.feed(MOUSE[cut:])] == ([ESCAPE] if cut == 1 else []) + [
            MOUSE
        ]


def test_a_report_that_breaks_off_costs_no_control_key() -> None:
    for broken in ("\x1b[<35;20", "\x1b[35;", "\x1b[<35;NaN", "\x1b]11;rgb", "\x1bP1$r", "\x1bO"):
        assert pieces(broken, "\x03") == ["\x03"]
        assert pieces(broken, "\x1b[A") == ["\x1b[A"]
    assert pieces("\x1b[" + "1" * 100, "q")[-1] == "q"


def test_esc_is_a_key_when_nothing_follows_it() -> None:
    reader = Pieces()
    assert list(reader.feed(ESCAPE)) == []
    assert reader.undecided
    assert list(reader.expire()) == [ESCAPE]
    assert not reader.undecided
    assert list(reader.feed("[")) == ["["]


@pytest.mark.parametrize("key", ["j", "2", "/", "P", "]", "_", "\r", "я"])
def test_esc_and_a_key_in_one_burst_are_two_keys(key: str) -> None:
    reader = Pieces()
    assert [*reader.feed(ESCAPE + key), *reader.expire()] == [ESCAPE, key]
    assert pieces(f"{ESCAPE}{ESCAPE}[A{key}j")[:2] == [ESCAPE, "\x1b[A"]


def test_every_key_of_the_older_terminals_is_still_read() -> None:
    typed_with_alt = {sequence for sequence in ANSI_SEQUENCES_KEYS if sequence[0] == ESCAPE} - {
        sequence for sequence in ANSI_SEQUENCES_KEYS if pieces(sequence) == [sequence]
    }
    assert all(len(sequence) <= 2 for sequence in typed_with_alt)


def test_a_paste_keeps_its_lines_and_its_sequences() -> None:
    inside = "a\nb\r\nc\x1b[Ad\x1b[<1;2;3Me"
    whole = f"x\x1b[200~{inside}\x1b[201~y"
    for cut in range(1, len(whole)):
        assert "".join(
            piece.text if isinstance(piece, Pasted) else piece
            for piece in pieces(whole[:cut], whole[cut:])
        ) == f"x{inside}y"  # fmt: skip
    assert pieces(whole) == ["x", Pasted(inside), "y"]


SEQUENCES = [MOUSE, "\x1b[A", "\x1b[97;1:3u", "\x1b[<1;NaN;2M", "\x1b[200~a\x1b[201~"]
SOUP = st.text("\x1b[]O<;:0259AMmu~PNaé\x03\r", max_size=8)


@given(st.lists(st.one_of(st.sampled_from(SEQUENCES), SOUP)), st.floats(0, 1))
def test_it_does_not_matter_how_the_input_is_cut(parts: list[str], where: float) -> None:
    text = "".join(parts)
    cut = int(where * len(text))
    assert pieces(text[:cut], text[cut:]) == pieces(text)


@pytest.mark.parametrize(
    ("report", "key"),
    [
        ("\x1b[97u", ("a", "a")),
        ("\x1b[97;1u", ("a", "a")),
        ("\x1b[97;;97u", ("a", "a")),
        ("\x1b[97;1:1u", ("a", "a")),
        ("\x1b[97;1:2u", ("a", "a")),
        ("\x1b[97:65;2u", ("A", "A")),
        ("\x1b[97:65;2;65u", ("A", "A")),
        ("\x1b[97;65u", ("A", "A")),
        ("\x1b[49:33;2u", ("exclamation_mark", "!")),
        ("\x1b[13u", ("enter", "\r")),
        ("\x1b[13;1:1u", ("enter", "\r")),
        ("\x1b[27u", ("escape", None)),
        ("\x1b[32u", ("space", " ")),
        ("\x1b[9;2u", ("shift+tab", None)),
        ("\x1b[57400;129;49u", ("1", "1")),
        ("\x1b[57410;129;47u", ("slash", "/")),
        ("\x1b[1;1:1B", ("down", None)),
        ("\x1b[1;129B", ("down", None)),
        ("\x1b[5;1:2~", ("pageup", None)),
        ("\x1b[1;5:1A", ("ctrl+up", None)),
        ("\x1b[113;5u", ("ctrl+q", None)),
        ("\x1b[113;133u", ("ctrl+q", None)),
        ("\x1b[1081;5u", ("ctrl+q", None)),
        ("\x1b[1081::113;5u", ("ctrl+q", None)),
        ("\x1b[1089;5u", ("ctrl+c", None)),
        ("\x1b[968;5u", ("ctrl+c", None)),
        ("\x1b[1489;5u", ("ctrl+c", None)),
        ("\x1b[4304::113;5u", ("ctrl+q", None)),
        ("\x1b[47::113;5u", ("ctrl+q", None)),
        ("\x1b[59::113;5u", ("ctrl+q", None)),
        ("\x1b[97::113;5u", ("ctrl+a", None)),
        ("\x1b[59::46;5u", ("ctrl+semicolon", None)),
        ("\x1b[81;69u", ("ctrl+q", None)),
        ("\x1b[1049;69u", ("ctrl+q", None)),
        ("\x1b[1049;5:1u", ("ctrl+q", None)),
        ("\x1b[1081;;1081u", ("й", "й")),
        ("\x1b[27;5;113~", ("ctrl+q", None)),
        ("\x1b[107;3u", ("alt+k", None)),
    ],
)
def test_every_form_of_a_key_report_is_that_key(report: str, key: tuple[str, str | None]) -> None:
    assert [(name, char if char != "\x1b" else None) for name, char in keys(report)] == [key]


@pytest.mark.parametrize(
    "report",
    [
        "\x1b[97;1:3u",
        "\x1b[1;1:3B",
        "\x1b[20;1:3~",
        "\x1b[1;5:3A",
        "\x1b[13;1:3u",
        "\x1b[57441;2:1u",
        "\x1b[57358;65u",
        "\x1b[1114112u",
        "\x1b[55296;1u",
        "\x1b[97;1;1114112u",
        "\x1b[99999999999999999999;5u",
        "\x1b[97;99999999999999999999u",
        "\x1b[97;:u",
        "\x1b[;;u",
        "\x1b[u",
        "\x1b[:::::u",
        "\x1b[0u",
        "\x1b[3u",
        "\x1b[57600u",
        "\x1b[32;u",
        "\x1b[999~",
    ],
)
def test_what_is_no_press_of_a_known_key_is_nothing(report: str) -> None:
    assert key_press(report) is None
    assert pieces(report) == []


@given(st.text("0123456789:;<?[u~ABCDHMm", max_size=24))
def test_no_report_is_a_fault(inside: str) -> None:
    parser = XTermParser()
    for piece in pieces(f"\x1b[{inside}", "u"):
        if piece != ESCAPE:
            list(parser.feed(str(piece)))


@pytest.mark.parametrize(
    ("letter", "key"),
    [("о", "j"), ("О", "J"), ("й", "q"), ("і", "s"), ("ў", "o"), ("ф", "a"), ("Ж", ":"), ("ю", "."),
     ("ξ", "j"), ("ח", "j"), ("ت", "j"), ("ㅓ", "j"), ("é", None), ("j", None), ("/", None)],
)  # fmt: skip
def test_a_letter_of_another_layout_stands_on_a_latin_key(letter: str, key: str | None) -> None:
    assert latin(letter) == key


def test_keys_have_the_names_that_textual_gives_them() -> None:
    parser = XTermParser()
    for character in "aZ5[];'`,.:\"<>{}~":
        [event] = parser.feed(character)
        assert isinstance(event, events.Key)
        assert key_name(character) == event.key
