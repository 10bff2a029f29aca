"""Hides what tells who it is on every line that is drawn, whichever widget draws it: the values
that are known to be the account's, and what looks like an address, a key or a token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.dom import DOMNode
from textual.filter import LineFilter

from vasttui.services.fleet.snapshot import Fleet, end_of
from vasttui.words import money

if TYPE_CHECKING:
    from vasttui.models.offer import Offer
    from vasttui.services.ssh.key_ring import RingKey

_SUM = r"\$[\d.,]*\d"
_HOURS = (
    r"(?:at most )?(?:less than |[~≤<])?\d[\d.]* ?(?:min|h|m|days?|d)\b"
    r"(?:, to \w{3} \d+ \w{3}| at \$[\d.]+/h)?"
)
"""How long money lasts."""

_SHAPES = (
    r"[!-~]+(?<!:)@(?!sha256:|sha2?5?6?…)[\w.\[\]:-]+"  # accounts, and where ssh goes; no image
    r"|\[?(?!\d{0,2}:\d\d:\d\d:(?![0-9a-f:]))(?:[0-9a-f]{0,4}:){3,}[0-9a-f:]*\]?(?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?"
    r"|\bssh\d*\.vast\.ai\b(?::\d+)?|(?<=-p )\d+(?= [!-~]*@)"
    r"|(?-i:\bSHA256:)[!-~]+|\bAAAA[A-Za-z0-9+/]{8,}=*"
    r"|(?<=token=)[\w.-]+|(?<=bearer )[^\s\"'`]+|(?<=api_key=)[\w.-]+|\bhf_\w{8,}"
    r"|(?<!sha256:)\b[0-9a-f]{64,}\b"
    r"|(?<=\bmachine )\d+|(?<=\bhost )\d+|(?<=\boffer )\d+|(?<=\binstance )\d+|(?<=\bV\.)\d+"
    r"|(?:(?<=\bendpoint[ -])|(?<=\bworkergroup[ -])|(?<=\binvoice )|(?<=\bsubaccount ))\d+"
    r"|(?<=\btemplate )\d+"
    r"|(?<=\.\.\.)\d{4}\b|(?<=\*{4})\d{2,}|(?<=\bending in )\w+"  # cards, phones, keys
    r"|(?<=\bid )\d+|(?<=\bid[=:])\d+|(?<=_id )\d+|(?<=_id[=:])\d+|(?<=id\": )\d+"
    r"|(?<=\bm[=:])\d[\d,]*|(?<=\bh[=:])\d[\d,]*"  # machines and hosts in a filter
    r"|(?<=/asks/)\d+|(?<=/ssh/)\d+|(?<=\bvast\.)\d+"
    r"|(?<=\bspent )(?:at most )?\$[\d.,]*\d|\$[\d.,]*\d(?= so far)|(?<=\bbalance  )\$[\d.,]*\d"
    rf"|{_SUM}(?:\+\?)?(?=/month)|{_SUM}(?= left\b| of the deposit left\b)"
    rf"|(?:(?<=\bthreshold )|(?<=, then about )|(?<=\bwarns below )|(?<=\bon, below )){_SUM}"
    rf"|(?:(?<=\blasts )|(?<=\(then )|(?<=\bleft, about )){_HOURS}"
    rf"|{_HOURS}(?= with (?:this instance|the copy|it)\b| in the worst case\b)"
)
_AMOUNTS = re.compile(
    r"(?<![<>=:\d.,$\w])(?:\$[\d,]*\d(?:\.\d+)?|\d[\d,]*\.\d\d|0\.00[1-9])"
    r"(?![\d.]|/h| ?%| to \$[\d.]+/h)"
)
"""Sums of money, written with a $ or to the cent. Prices per hour are none."""

MONEY_SECTIONS = frozenset({"charges", "invoices", "earnings"})
"""Where every amount is the account's."""

_NUMBER = re.compile(r"(?<![\d$])(?<!\d[.,])\d{4,}(?![.,]?\d|%)")
_PIECE = re.compile(r"[A-Za-z0-9+/]{8,}=*")
_KNOWN_PORTS = 9999
"""Ports up to here, such as 8080, say nothing of anybody."""
_private = attrgetter(
    "id", "machine_id", "host_id", "volume_info", "ssh_port", "ports", "public_ipaddr",
    "jupyter_token", "intent",
)  # fmt: skip
"""What is hidden of an instance."""

_LEAST = 3
"""Letters below which a name may be part of any sentence."""


class Veil(LineFilter):
    """Draws every line veiled, equally long, with dots over what is private. What was learned stays
    private: it may be spoken of when it is gone. `all_amounts`: whether every sum is the account's
    money where one is."""

    def __init__(self, all_amounts: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self._all_amounts = all_amounts
        self._instances: dict[int, tuple[object, ...]] = {}
        self._numbers: set[str] = set()
        self._secrets: set[str] = set()
        self._all_secrets: str | None = ""
        self._names: set[str] = set()
        self._named: re.Pattern[str] | None = None

    def learn_fleet(self, fleet: Fleet) -> None:
        """Hide the account, its money and its instances."""
        names = []
        if fleet.account is not None:
            self._numbers.add(str(fleet.account.id))
            names = [fleet.account.username, fleet.account.email, money(fleet.account.credit)]
        for row in fleet.rows:
            one = row.instance
            if self._instances.get(one.id) == (private := _private(one)):
                continue
            self._instances[one.id] = private
            numbers = (
                one.id, one.machine_id, one.host_id, *(part.id for part in one.volume_info),
                one.ssh_port, *(port.outside for port in one.ports if port.outside > _KNOWN_PORTS),
            )  # fmt: skip
            self._numbers.update(str(number) for number in numbers if number is not None)
            names += [one.public_ipaddr, end_of(row)]
            self.learn_secrets((one.jupyter_token or "", one.intent or ""))
        self.learn_names(names)

    def learn_ids(self, ids: Iterable[int | None]) -> None:
        """Hide these ids, wherever they stand."""
        self._numbers.update(str(number) for number in ids if number is not None)

    def learn_secrets(self, secrets: Iterable[str]) -> None:
        """Hide these, and every longer part of them."""
        self._secrets.update(filter(None, secrets))
        self._all_secrets = None

    def learn_offer(self, offer: Offer) -> None:
        """Hide the ids of an offer."""
        self.learn_ids((offer.id, offer.machine_id, offer.host_id))

    def learn_keys(self, keys: Iterable[RingKey]) -> None:
        """Hide these SSH keys: ids, the keys, fingerprints and comments."""
        names = []
        for one in keys:
            ids = (*(one.account or ()), *(one.attached or {}).values())
            self._numbers.update(str(number) for number in ids if number is not None)
            self.learn_secrets((one.key.blob, one.fingerprint))
            names.append(one.key.comment)
        self.learn_names(names)

    def learn_names(self, names: Iterable[str | None]) -> None:
        """Hide these words, too."""
        new = {name for name in names if name and len(name) >= _LEAST} - self._names
        if new:
            self._names |= new
            self._named = None

    def hide(self, text: str) -> str:
        """The text with dots over what is private."""
        text = _shapes().sub(_dots, text)
        if self._all_amounts():
            text = _AMOUNTS.sub(_dots, text)
        if (named := self._any_name()) is not None:
            text = named.sub(_dots, text)
        text = _NUMBER.sub(lambda found: self._dots_if(found[0] in self._numbers, found), text)
        secrets = self._joined_secrets()
        return _PIECE.sub(lambda found: self._dots_if(found[0] in secrets, found), text)

    def _any_name(self) -> re.Pattern[str] | None:
        """Finds the names. They are learnt more often than anything is hidden."""
        if self._named is None and self._names:
            words = "|".join(map(re.escape, sorted(self._names, key=len, reverse=True)))
            self._named = re.compile(rf"(?<![\w.-])(?:{words})(?![\w/]|[.-]\w)")
        return self._named

    def _joined_secrets(self) -> str:
        if self._all_secrets is None:
            self._all_secrets = "\n".join(self._secrets)
        return self._all_secrets

    @staticmethod
    def _dots_if(known: bool, found: re.Match[str]) -> str:
        return _dots(found) if known else found[0]

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        line = self.hide("".join(segment.text for segment in segments))
        ends = accumulate(len(segment.text) for segment in segments)
        return [
            Segment(line[end - len(segment.text) : end], segment.style, segment.control)
            for segment, end in zip(segments, ends, strict=True)
        ]


def hider(node: DOMNode) -> Callable[[str], str] | None:
    """What puts dots over what is private; None while nothing is hidden."""
    filters = node.app.get_line_filters()
    return next((one.hide for one in filters if isinstance(one, Veil)), None)


def covered(line: Content, node: DOMNode) -> Content:
    """The line as that node may show it. Before it is wrapped or cut: the rest of a secret would
    not be known for one."""
    hide = hider(node)
    return line if hide is None else Content(hide(line.plain), spans=list(line.spans))


@cache
def _shapes() -> re.Pattern[str]:
    """Start-up: it takes 2 ms, and nothing is hidden then."""
    return re.compile(_SHAPES, re.IGNORECASE | re.ASCII)


def _dots(found: re.Match[str]) -> str:
    """A dot for every letter, of the same width."""
    return "".join("・" if cell_len(letter) == 2 else "•" for letter in found[0])
