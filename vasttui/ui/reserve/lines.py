"""The lines of the dialog that pays ahead: the instance, what a payment does, what comes back."""

from __future__ import annotations

import time
from dataclasses import dataclass

from textual.content import Content

from vasttui.models.reserved import PERIODS, Plan, price_of
from vasttui.services.reserving.terms import Terms
from vasttui.ui.format import HIDDEN, age, fit, span
from vasttui.ui.reserve.words import discounted, lasts, rate_words
from vasttui.ui.timers.lines import MANAGED
from vasttui.units import DAY, HOUR, HOURS_PER_MONTH
from vasttui.words import hours_words, money, months_figure, per_hour

NAMES = 12
"""Cells for the names of lines."""

LEAST = 1.0
"""The smallest payment in $."""

_DAYS, _FEW_DAYS = (1, 7, 15, 29), (7, 15)
_MONTH = HOURS_PER_MONTH * HOUR


@dataclass(frozen=True, slots=True)
class View:
    """How the dialog is drawn: `now` is epoch seconds, `since` those since the terms were read.
    `managed`: it is a worker of a serverless endpoint."""

    terms: Terms
    now: float
    since: float
    short: bool
    private: bool
    managed: bool = False

    @property
    def left(self) -> float | None:
        """Seconds until the contract ends."""
        end = self.terms.instance.end_date
        return None if end is None else max(0.0, end - self.now)

    def longer(self, seconds: float) -> bool:
        """Whether that is longer than the contract."""
        return self.left is not None and seconds > self.left


def months_words(months: float) -> str:
    """`1 month`, `about 0.90 months`."""
    if (whole := round(months, 2)) in PERIODS:
        return "1 month" if whole == 1 else f"{whole:.0f} months"
    return f"about {months_figure(months)} months"


_PERIODS = tuple(map(months_words, PERIODS))


def choices(view: View) -> list[tuple[str, str]]:
    """The periods that can be chosen, and any amount."""
    some = "amount" if view.short else "an amount"
    fitting = [
        (str(months), months_words(months))
        for months in PERIODS
        if not view.longer(months * _MONTH)
    ]
    return [*fitting, ("amount", some)]


def too_long(view: View) -> str:
    """Which periods are longer than the contract."""
    away = [str(months) for months in PERIODS if view.longer(months * _MONTH)]
    if not away or view.left is None:
        return ""
    if view.short:
        return f"{', '.join(away)} months: too long here"
    months = f"{', '.join(away[:-2])}, " if away[:-2] else ""
    months += f"{' and '.join(away[-2:])} months"
    return f"{months}: not here, the contract ends in {span(view.left)}"


def price(view: View, months: float) -> float | None:
    """What so many months are expected to cost, in $."""
    terms = view.terms
    return None if terms.full is None else price_of(months, terms.full, terms.most)


def head_lines(view: View) -> list[Content]:
    """The instance, its price and the end of its contract; what else manages it."""
    one = view.terms.instance
    parts = [f"{one.num_gpus or '?'}× {one.gpu_name or 'GPU unknown'}"]
    where = f" ({one.country})" if one.country else ""
    parts.append(f"machine {HIDDEN if view.private else one.machine_id or '?'}{where}")
    if one.is_reserved:
        kind = f"{per_hour(discounted(one))} instead of {per_hour(one.dph_total)}"
        parts.append(f"{'' if view.short else 'reserved: '}{kind}")
        parts.append(rate_words(one.credit_discount))
    elif view.short:
        parts.append(per_hour(one.dph_total))
    else:
        split = f"{per_hour(one.dph_base)[:-2]} GPU + {per_hour(one.storage_total_cost)[:-2]} disk"
        parts.append(f"on-demand {per_hour(one.dph_total)}: {split}")
    left = view.left
    ends = "end unknown" if left is None else f"contract ends in {span(left)}"
    if view.short and one.end_date is not None and left is not None:
        ends = f"ends {time.strftime('%Y-%m-%d', time.localtime(one.end_date))} ({span(left)})"
    managed = [Content.styled(MANAGED, "$text-warning")] * view.managed
    return [Content.styled(" · ".join([*parts, ends]), "bold"), *managed]


def deposit_lines(view: View) -> list[Content]:
    """What is left of a deposit and what destroying the instance would give back now."""
    deposit, one = view.terms.deposit, view.terms.instance
    if not deposit.left:
        return []
    rate, had = one.credit_discount, deposit.had
    paid = f"{money(deposit.left)} left{lasts(deposit.left, discounted(one))}"
    if rate and had is not None and not view.short:
        used = had * (1 - rate) / rate
        for_ = "" if deposit.months is None else f" for {months_words(deposit.months)}"
        paid = f"about {money(deposit.left + used)}{for_} · used about {money(used)} · {paid}"
    back = Plan(0.0, deposit.left, 0.0, 0.0, 0.0, had or 0.0).back_after(0)
    if one.verification == "deverified":
        words = f"all of it comes back, {money(deposit.left)}: the machine lost its verification"
    elif had is None:
        words = "what comes back is unknown: the discount so far cannot be read"
    else:
        words = (
            f"about {money(back)} comes back now: {money(deposit.left)} left − {money(had)} "
            "discount had − 5 % of the discount"
        )
    lines = [_deposit_line("Paid ahead", paid), _deposit_line("If destroyed", words)]
    if not view.short:
        figure = f"The service's own figure, {age(view.since)} ago: deposit {money(deposit.left)}"
        lines.append(_deposit_line("", f"{figure}, discount so far {money(had)}.", "$text-muted"))
    return lines


def discount_line(view: View, plan: Plan) -> Content:
    """What discount is expected, and that it is no promise."""
    expected = f"about {plan.rate * 100:.0f} %"
    most = "this machine's maximum is not known"
    if view.terms.instance.credit_discount_max is not None:
        here = "here" if view.short else "on this machine"
        most = f"{view.terms.most * 100:.0f} % at most {here}"
    if view.terms.deposit.left:
        says = f"set anew for all of it, and it may get worse; {most}"
    elif view.short:
        says = f"the service sets it; {most}"
    else:
        says = f"the service sets it when it takes the money: {most}"
    return Content.assemble(
        (fit("Discount", NAMES), "$text-muted"), (fit(expected, 15), "bold"), says
    )


def pay_lines(view: View, plan: Plan, months: float | None) -> list[Content]:
    """What is paid now and what it does; `months` is the period, None for an amount."""
    terms = view.terms
    then = (
        f"about {per_hour(plan.hourly)} instead of {per_hour(plan.full)}"
        if not view.short
        else f"about {per_hour(plan.hourly)}"
    )
    until = time.strftime("%d %b", time.localtime(view.now + plan.seconds)).removeprefix("0")
    length = months_words(plan.months if months is None or terms.deposit.left else months)
    period = f"{length} ends {until}" if length in _PERIODS else f"pays {length}, to {until}"
    for_ = f"{then} to {until}" if view.short else f"{then}; {period}"
    lines = [_line("paid now", _paid(view, plan))]
    if not view.short:
        hours = plan.months * HOURS_PER_MONTH
        words = f"{money(plan.full * hours)} for {hours:.0f} h without a discount"
        lines.insert(0, _line("now", words))
    if view.left is None:
        lines.append(_line("then", f"{for_}; when the contract ends is unknown"))
    elif view.longer(plan.seconds):
        words = (
            f"{length[:1].upper()}{length[1:]} is longer than the contract, which ends in "
            f"{span(view.left)}. What is left then comes back."
        )
        lines += [_line("then", then), _line("", words, "$text-warning")]
    else:
        before = "before the contract ends ✓" if view.short else "before the contract does ✓"
        lines.append(_line("then", f"{for_}, {before}"))
    return lines


def _paid(view: View, plan: Plan) -> str:
    terms, paid = view.terms, money(plan.dollars)
    if terms.credit is None:
        return f"{paid} out of your credit, which cannot be read"
    after = terms.credit - plan.dollars
    if after < 0:
        return f"{paid}: more than your credit"
    rest = max(0.0, terms.burn - terms.own)
    time_ = f"~{hours_words(after / rest)}" if rest > 0 else ""
    shown = "" if view.private else f"{money(terms.credit)} → {money(after)}"
    if view.short:
        lasts_ = f"{time_} for the rest" if rest > 0 else "nothing else uses it"
        return f"{paid}: {'credit ' if shown else ''}{shown}{', ' if shown else ''}{lasts_}"
    rests = f"lasts {time_} for the rest" if rest > 0 else "nothing else uses now"
    return f"{paid} out of your credit{f': {shown}' if shown else ''}, which {rests}"


def back_lines(view: View, plan: Plan) -> list[Content]:
    """What destroying it early gives back, and what reserving does not mean."""
    days = [day for day in (_FEW_DAYS if view.short else _DAYS) if not view.longer(day * DAY)]
    backs = [
        f"{'after 1 day' if day == 1 else f'{day} days'} about {money(plan.back_after(day))}"
        for day in days
    ]
    examples = " · ".join(backs) or f"the contract ends in {span(view.left or 0.0)}"
    if view.short:
        return [
            Content("If destroyed early: what is left − 1.05 × the discount you have had"),
            Content(f"  {examples}. Vast.ai's figure counts."),
            Content("  All of it if the machine loses its verification."),
            Content("Stopping lets others take the GPU. The money cannot move to another"),
            Content("machine. Paying more later may lower the discount."),
        ]
    return [
        Content(""),
        Content(
            "If you destroy it early you get back what is left, less the discount you have had, "
            "less 5 % of that:"
        ),
        Content(f"  {examples}"),
        Content.styled(
            "  Worked out from Vast.ai's own example; they do not publish the exact sum. Their "
            "figure counts.", "$text-muted",
        ),
        Content(
            "  Nothing is kept back if the machine loses its verification: then all that is left "
            "comes back."
        ),
        Content(""),
        Content(
            "Reserved does not mean kept: stopping it lets others take the GPU. The money stays "
            "with this machine; it cannot move to another. Paying more later sets the discount "
            "anew for all of it, and it may get worse."
        ),
    ]  # fmt: skip


def plan_lines(view: View, dollars: float | None, months: float | None) -> list[Content]:
    """What paying so much is expected to do; nothing where there is nothing to pay for."""
    plan = view.terms.plan(dollars) if dollars else None
    if plan is None or not view.terms.most:
        return []
    gap = [] if view.short else [Content("")]
    paying = [discount_line(view, plan), *gap, *pay_lines(view, plan, months)]
    return paying + back_lines(view, plan)


def problem(view: View, dollars: float | None, key: str) -> str:
    """Why nothing can be paid on these terms, empty if it can; `key` reads them again."""
    terms = view.terms
    if terms.full is None:
        return "Its price cannot be read: nothing can be paid."
    if not terms.most:
        return (
            "This machine gives no discount for paying ahead. Paying ahead would only lock the "
            "money."
        )
    if terms.credit is None:
        return "Your credit cannot be read: nothing can be paid."
    if dollars is None or dollars < LEAST:
        return f"An amount is any from {money(LEAST)} to your credit."
    if dollars > terms.credit:
        credit = HIDDEN if view.private else money(terms.credit)
        return f"{credit} is not enough for {money(dollars)}. Add credit on the web, then {key}."
    return ""


def _deposit_line(name: str, words: str, style: str = "") -> Content:
    return Content.assemble((fit(name, NAMES + 1), "$text-muted"), (words, style))


def _line(name: str, words: str, style: str = "") -> Content:
    return Content.assemble((fit(name, NAMES), "$text-muted"), (words, style))
