"""Words that name a GPU or a country: as rules on these the service can be asked for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import structs
from msgspec.structs import replace

from vasttui.query.gpu_names import gpu_matches, is_gpu_piece
from vasttui.query.rules import Query, Rule

# Not Georgia, which is a state as well.
_COUNTRIES = """
AD Andorra|AE United Arab Emirates|AE UAE|AL Albania|AM Armenia|AR Argentina|AT Austria
AU Australia|AZ Azerbaijan|BA Bosnia|BD Bangladesh|BE Belgium|BG Bulgaria|BH Bahrain|BO Bolivia
BR Brazil|BY Belarus|CA Canada|CH Switzerland|CL Chile|CN China|CO Colombia|CR Costa Rica|CY Cyprus
CZ Czechia|CZ Czech Republic|DE Germany|DK Denmark|DO Dominican Republic|DZ Algeria|EC Ecuador
EE Estonia|EG Egypt|ES Spain|ET Ethiopia|FI Finland|FR France|GB United Kingdom|GB Great Britain
GB England|GB Scotland|GB Wales|GR Greece|GT Guatemala|HK Hong Kong|HR Croatia|HU Hungary
ID Indonesia|IE Ireland|IL Israel|IN India|IQ Iraq|IR Iran|IS Iceland|IT Italy|JO Jordan|JP Japan
KE Kenya|KG Kyrgyzstan|KH Cambodia|KR South Korea|KR Korea|KW Kuwait|KZ Kazakhstan|LA Laos
LB Lebanon|LI Liechtenstein|LK Sri Lanka|LT Lithuania|LU Luxembourg|LV Latvia|MA Morocco|MC Monaco
MD Moldova|ME Montenegro|MK North Macedonia|MK Macedonia|MM Myanmar|MN Mongolia|MO Macao|MT Malta
MX Mexico|MY Malaysia|NG Nigeria|NL The Netherlands|NL Netherlands|NL Holland|NO Norway|NP Nepal
NZ New Zealand|OM Oman|PA Panama|PE Peru|PH Philippines|PK Pakistan|PL Poland|PR Puerto Rico
PT Portugal|PY Paraguay|QA Qatar|RO Romania|RS Serbia|RU Russia|SA Saudi Arabia|SE Sweden
SG Singapore|SI Slovenia|SK Slovakia|TH Thailand|TN Tunisia|TR Turkey|TR Türkiye|TW Taiwan
UA Ukraine|US United States|US USA|US America|UY Uruguay|UZ Uzbekistan|VE Venezuela|VN Vietnam
ZA South Africa
"""
_CODES = {one[3:].lower(): one[:2] for one in re.split(r"[|\n]", _COUNTRIES) if one}
_RUNS = re.compile(r"[^\W\d_]+|\d+")


def named(query: Query, gpu_names: Sequence[str]) -> Query:
    """The query with its words as rules on GPU or country, where they name one.

    `gpu_names` are those of the market. Other words stay as they are: they are looked up in text
    that the service cannot filter by.
    """
    return structs.replace(query, rules=tuple(_named(rule, gpu_names) for rule in query.rules))


def _named(rule: Rule, gpu_names: Sequence[str]) -> Rule:
    if rule.field not in ("text", "place") or rule.op != "match":
        return rule
    words = [str(value) for value in rule.values]
    codes = tuple(dict.fromkeys(_CODES[word] for word in words if word in _CODES))
    if all(word in _CODES for word in words):
        return replace(rule, field="cc", op="eq" if len(codes) == 1 else "in", values=codes)
    if rule.field == "text" and all(_names_gpu(word, gpu_names) for word in words):
        return replace(rule, field="gpu")
    return rule


def _names_gpu(word: str, gpu_names: Sequence[str]) -> bool:
    """Whether it is part of a GPU's name with its digits, or whole words such as `titan`."""
    if not is_gpu_piece(word):
        return False
    hits = [name for name in gpu_names if gpu_matches(word, name)]
    if any(char.isdigit() for char in word):
        return bool(hits)
    whole = set(_RUNS.findall(word))
    return len(word) > 2 and any(whole <= set(_RUNS.findall(name.lower())) for name in hits)
