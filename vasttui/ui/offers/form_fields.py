"""How the fields of the filter form read and write the filter text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from vasttui.models.place import COUNTRY_CODES
from vasttui.query.edit import set_rule
from vasttui.query.offer_fields import OFFERS
from vasttui.query.parse import parse
from vasttui.query.rules import Rule

Kind = Literal["number", "names", "in", "not in"]

_SIGNS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "eq": "="}
_NUMBER = re.compile(r"(>=|<=|==|>|<|=)?\s*(.+)", re.DOTALL)
_UNIT_APART = re.compile(r"(?<=\d)\s+(?=[a-z%])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of the form.

    `name` is the field of the filter that it speaks of, `sign` the comparison it makes when none
    is typed, `unit` what its number counts and `suffix` how that is written in the filter. `least`
    and `most` bound its number; `whole` ones have no fraction.
    """

    key: str
    label: str
    name: str
    kind: Kind = "number"
    sign: str = ">="
    unit: str = ""
    suffix: str = ""
    hint: str = "any"
    least: float = 0.0
    most: float = inf
    whole: bool = False


GPU_FIELDS = (
    FormField("gpu", "GPU", "gpu", "names", hint="e.g. 4090"),
    FormField("n", "Number of GPUs", "n", sign="=", hint="e.g. 1 or >=4", least=1.0, whole=True),
    FormField("vram", "VRAM at least", "vram", unit="GB each"),
    FormField("cuda", "CUDA at least", "cuda"),
    FormField("eff", "All-in price at most", "eff", sign="<=", unit="$/h"),
    FormField("rel", "Reliability at least", "rel", unit="%", suffix="%", most=100.0),
)
HOST_FIELDS = (
    FormField("vcpu", "vCPU at least", "vcpu"),
    FormField("ram", "RAM at least", "ram", unit="GB"),
    FormField("disk", "Free disk at least", "disk", unit="GB"),
    FormField("down", "Download at least", "down", unit="Mb/s"),
    FormField("ends", "Contract at least", "ends", unit="days", suffix="d"),
    FormField("cc", "Country in", "cc", "in", hint="e.g. SE, NO"),
    FormField("not_cc", "Country not in", "cc", "not in", hint="e.g. CN"),
)
FORM_FIELDS = (*GPU_FIELDS, *HOST_FIELDS)


@dataclass(frozen=True, slots=True)
class Prefill:
    """The initial value of a field. `elsewhere` are rules about it that the field cannot hold; they
    stay until something is typed here."""

    value: str = ""
    elsewhere: str = ""


def prefill(text: str, field: FormField) -> Prefill:
    """What the filter text says about this field."""
    topic = OFFERS.field(field.name).topic
    rules = [rule for rule in parse(text).query.rules if OFFERS.field(rule.field).topic == topic]
    if field.kind in ("in", "not in"):
        wanted = field.kind == "not in"
        rules = [rule for rule in rules if _excludes(rule) is wanted]
    if not rules:
        return Prefill()
    value = _shown(field, rules[0]) if len(rules) == 1 else None
    if value is None:
        return Prefill(elsewhere=" ".join(rule.text for rule in rules))
    return Prefill(value)


def rule_text(field: FormField, typed: str) -> str:
    """What is typed, as a rule of the filter; empty when nothing is."""
    typed = typed.strip()
    if not typed:
        return ""
    if field.kind == "number":
        sign, number = _split(_UNIT_APART.sub("", typed), field.sign)
        suffix = field.suffix if number[-1:].isdigit() or number[-1:] == "." else ""
        return f"{field.name}{sign}{number}{suffix}"
    pieces = [_word(piece) for piece in re.split(r"[,|]", typed)]
    joined = ("|" if field.kind == "names" else ",").join(piece for piece in pieces if piece)
    minus = "-" if field.kind == "not in" else ""
    return f"{minus}{field.name}:{joined if field.kind == 'names' else joined.upper()}"


def problem(field: FormField, typed: str, countries: Collection[str] = ()) -> str:
    """The problem of a value as a sentence; empty when there is none. `countries` are codes that
    the market has besides those of the standard."""
    text = rule_text(field, typed)
    if not text:
        return ""
    parsed = parse(f"{text} ")
    rules = parsed.query.rules
    if len(rules) + len(parsed.query.removed) != 1 or parsed.problems or parsed.warnings:
        return _wanted(field)
    values = [value for rule in rules for value in rule.values]
    if field.kind == "number":
        return _out_of_bounds(field, [_in_form(field, float(value)) for value in values])
    if field.kind == "names":
        return ""
    codes = [str(code) for code in values]
    unknown = [code for code in codes if code not in COUNTRY_CODES and code not in countries]
    return f"{unknown[0]} is not a country's code." if unknown else ""


def _out_of_bounds(field: FormField, numbers: Sequence[float]) -> str:
    for number in numbers:
        if not field.least <= number <= field.most:
            if field.most == 100:
                return "Needs a percentage from 0 to 100."
            return f"Must be at least {field.least:g}." if field.least else "Cannot be below 0."
        if field.whole and number != int(number):
            return "Needs a whole number."
    return ""


def _wanted(field: FormField) -> str:
    """What may be entered, in the words of the form."""
    if field.kind == "names":
        return "Part of a GPU's name, such as 4090."
    if field.kind in ("in", "not in"):
        return "Two-letter country codes, such as SE, NO."
    unit = field.unit.partition(" ")[0]
    return f"A number{f' in {unit}' if unit else ''}, alone or after <= or >=."


def write(text: str, before: Mapping[str, Prefill], now: Mapping[str, str]) -> str:
    """The filter text with the changes of the form; the rest stays as typed."""
    changed = [field for field in FORM_FIELDS if now[field.key].strip() != before[field.key].value]
    for name in dict.fromkeys(field.name for field in changed):
        rules = [
            rule_text(field, now[field.key])
            or ("" if field in changed else before[field.key].elsewhere)
            for field in FORM_FIELDS
            if field.name == name
        ]
        text = set_rule(text, name, " ".join(rule for rule in rules if rule) or None)
    return text


def _shown(field: FormField, rule: Rule) -> str | None:
    """The rule as typed into the field; None when it does not fit."""
    if field.kind == "number":
        return _number(field, rule)
    if field.kind == "names":
        simple = not rule.negated and rule.op in ("match", "eq", "in")
        return ", ".join(map(str, rule.values)) if simple else None
    listed = rule.op in ("eq", "in", "neq", "notin")
    return ", ".join(map(str, rule.values)) if listed else None


def _number(field: FormField, rule: Rule) -> str | None:
    own = OFFERS.field(field.name)
    if rule.negated or rule.op not in _SIGNS or OFFERS.field(rule.field) is not own:
        return None
    value = rule.values[0]
    if not isinstance(value, int | float):
        return None
    sign = _SIGNS[rule.op]
    return f"{'' if sign == field.sign else sign}{_in_form(field, value):.10g}"


def _in_form(field: FormField, value: float) -> float:
    """A value of a rule, in the unit of the form."""
    return value / OFFERS.field(field.name).scale * (100 if field.suffix == "%" else 1)


def _excludes(rule: Rule) -> bool:
    return rule.negated is not (rule.op in ("neq", "notin"))


def _split(typed: str, sign: str) -> tuple[str, str]:
    found = _NUMBER.fullmatch(typed)
    if found is None:
        return sign, typed
    return found[1] or sign, found[2].strip()


def _word(piece: str) -> str:
    """A name as one word of the filter."""
    return "_".join(re.sub(r"[\[\]\"]", " ", piece).split())
