"""Lines of the rent dialog: the offer, its costs, the nearest offers when it is gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from vasttui.models.bill import Burn, Runway, runway_of
from vasttui.models.known_variables import replaces
from vasttui.models.money import PricedOffer, Usage, cost, disk_price
from vasttui.models.offer import Offer
from vasttui.models.rent import Launch
from vasttui.models.rent_checks import parse_env
from vasttui.models.rent_terms import ports_needed
from vasttui.models.template import Template
from vasttui.query.needs import unmet
from vasttui.services.fleet.snapshot import ACCOUNT_OLD
from vasttui.ui.bids import is_low, times_least
from vasttui.ui.context import AppContext
from vasttui.ui.format import age, percent, span
from vasttui.ui.lines import first_fit
from vasttui.ui.rent.form import direct_of, ports_of
from vasttui.ui.rent.typed import Typed
from vasttui.units import HOURS_PER_MONTH, MINUTE
from vasttui.words import UNKNOWN, hourly, hours_words, money, per_hour, plural

_CUDA = re.compile(r"cuda[-_:]?(\d+)\.(\d+)", re.IGNORECASE)
_TB = 1_000
_CHECK_OLD = 1.0 * MINUTE
_TONES = {Runway.FINE: "", Runway.LOW: "$text-warning", Runway.CRITICAL: "$text-error"}


@dataclass(frozen=True, slots=True)
class Wallet:
    """The account's credit in $ (None when unknown), what is spent per hour now, how many seconds
    ago the credit was read, and the account's threshold in $, if it has one."""

    credit: float | None
    burn: Burn
    age: float = 0.0
    threshold: float | None = None


def offer_line(offer: Offer, now: float, width: int = 200) -> Content:
    """The offer in a line of `width` cells; `now` is epoch seconds."""
    vram = f" {offer.gpu_ram / 1024:.0f} GB" if offer.gpu_ram else ""
    ends = f"ends in {span(offer.end_date - now)}" if offer.end_date else "end unknown"
    parts = [
        f"{offer.num_gpus}× {offer.gpu_name}{vram}",
        f"machine {offer.machine_id or UNKNOWN}",
        offer.country or "location unknown",
        f"{percent(offer.reliability)} %",
        ends,
    ]
    whole = " · ".join(parts)
    forms = (whole, whole.replace("ends in", "ends"), " · ".join([parts[0], *parts[2:]]))
    return first_fit(width, *(Content.styled(form, "bold") for form in forms))


def check_line(checked: float | None, now: float, problem: str) -> Content:
    """Whether the offer is available, and when that was seen (both monotonic seconds)."""
    if problem:
        return Content.styled(problem, "$text-warning")
    if checked is None:
        return Content.styled("checking availability…", "$text-muted")
    passed = now - checked
    if passed > _CHECK_OLD:
        return Content.styled(f"last checked {age(passed)} ago: available then", "$text-warning")
    return Content.styled(f"checked {age(passed)} ago: available ✓", "$text-success")


def cost_lines(
    offer: Offer,
    usage: Usage,
    disk: float,
    bid: float | None,
    wallet: Wallet,
    volume: float | None = None,
) -> list[Content]:
    """Costs while running, for the planned hours and while stopped; how long the credit lasts.

    `disk` is GB, `bid` $/h for the whole offer, None for on-demand, `volume` $/h of a new volume,
    None where none is made."""
    rental = "on-demand"
    if bid is not None:
        rental = ", ".join(filter(None, ("bid", times_least(bid, offer.min_bid))))
    of_disk = disk_price(offer, disk)
    use = Usage(disk=disk, down=usage.down, up=usage.up, hours=usage.hours)
    priced = cost(offer, use, "on-demand" if bid is None else "bid")
    gpu = priced.gpu if bid is None else bid
    stored = volume or 0.0
    running = gpu + of_disk + stored
    made = "" if volume is None else f" + ${hourly(volume)} volume"
    whole = running * usage.hours
    runs = Content.assemble(
        ("running  ", "$text-muted"),
        f"${hourly(gpu)} GPU ({rental}) + ${hourly(of_disk)} disk{made} = ",
        (per_hour(running), "bold"),
        f"   {usage.hours:g} h = {money(whole)}{_traffic(offer, priced.traffic, whole)}",
    )
    low = is_low(bid, offer.min_bid)
    if low:
        words = f"not for {per_hour(bid)}, {times_least(gpu, offer.min_bid)}"
        runs = Content.assemble(("running  ", "$text-muted"), (words, "$text-error"))
    return [
        runs,
        Content.assemble(
            ("stopped  ", "$text-muted"),
            f"{per_hour(of_disk)} ({money(of_disk * 24)}/day, "
            f"{money(of_disk * HOURS_PER_MONTH)}/month) until you destroy it",
        ),
        *_volume_lines(volume),
        wallet_line(None if low else running, wallet, "with this instance"),
    ]


def _volume_lines(volume: float | None) -> list[Content]:
    """What a new volume costs: it outlives the instance."""
    if volume is None:
        return []
    words = (
        f"{per_hour(volume)} ({money(volume * HOURS_PER_MONTH)}/month) until you delete it, also "
        "when the instance is stopped or gone"
    )
    return [Content.assemble(("volume   ", "$text-muted"), words)]


def _traffic(offer: Offer, traffic: float | None, whole: float) -> str:
    """What the planned traffic adds in $; its prices, where none is planned."""
    if traffic is None:
        return " + traffic at an unknown price"
    if traffic:
        return f" + traffic {money(traffic)} = {money(whole + traffic)}"
    down, up = offer.inet_down_cost, offer.inet_up_cost
    if down is None or up is None:
        return ", traffic: price unknown"
    if not down and not up:
        return ", traffic free"
    return f", traffic {money(down * _TB)} ↓ {money(up * _TB)} ↑ per TB"


def wallet_of(app: AppContext) -> Wallet:
    """The account's money as it was read last."""
    fleet, now = app.fleet, app.session.clock.monotonic()
    account, age = fleet.account, fleet.account_age(now)
    if account is None:
        return Wallet(None, fleet.burn, age)
    return Wallet(account.credit, fleet.burn, age, account.threshold)


def wallet_line(more: float | None, wallet: Wallet, what: str, *, disk: bool = False) -> Content:
    """How long the credit lasts now, and with `more` $/h, which is for storage alone if `disk`;
    None: that is not known."""
    if wallet.credit is None:
        return Content.assemble(("balance  ", "$text-muted"), "unknown")
    before = runway_of(wallet.credit, wallet.burn)[1]
    gpu, stored = (0.0, more or 0.0) if disk else (more or 0.0, 0.0)
    burn = Burn(wallet.burn.gpu + gpu, wallet.burn.disk + stored, wallet.burn.unknown)
    urgency, after = runway_of(wallet.credit, burn)
    most, none = ("at most ", "spend now unknown") if burn.unknown else ("", "no spend now")
    now = none if before is None else f"lasts {most}{hours_words(before)} now"
    then = "" if after is None or more is None else f", {most}{hours_words(after)} {what}"
    old = f"({age(wallet.age)} old) " if wallet.age > ACCOUNT_OLD else ""
    limit = "" if wallet.threshold is None else f", account threshold {money(wallet.threshold)}"
    return Content.assemble(
        ("balance  ", "$text-muted"), f"{money(wallet.credit)} ", (old, "$text-warning"),
        (f"{now}{then}", _TONES[urgency]), (limit, "$text-warning"),
    )  # fmt: skip


def notes(typed: Typed, template: Template | None, offer: Offer) -> list[Content]:
    """Whether the host can run what was chosen, and what it replaces, a line each."""
    needs = () if template is None else unmet(template.all_needs, offer)
    lines = [_warning(f"the template {words}") for words in needs]
    if own := replaces(parse_env(typed.env)[0]):
        lines.append(Content.styled(f"! {own}", "$text-warning"))
    note = cuda_note(typed.image, offer)
    return [*lines, note] if note.plain else lines


def _warning(words: str) -> Content:
    return Content.styled(f"⚠ {words}", "$text-warning")


def way_note(typed: Typed, template: Template | None, offer: Offer) -> str:
    """Why the direct connection that was chosen is not possible; empty where it is."""
    if direct_of(typed, offer, template) is not False:
        return ""
    needed = ports_needed(ports_of(typed, template), Launch[typed.launch])
    return (
        f"⚠ needs {plural(needed, 'open port')}, this host has {offer.direct_port_count}: "
        "expect Vast.ai's proxy"
    )


def cuda_note(image: str, offer: Offer) -> Content:
    """Whether the host's driver can run the CUDA named in the image's tag."""
    found = _CUDA.search(image)
    if found is None or offer.cuda_max_good is None:
        return Content("")
    wanted = (int(found[1]), int(found[2]))
    major, _, minor = f"{offer.cuda_max_good:.1f}".partition(".")
    words = f"CUDA {found[1]}.{found[2]} in the image, host runs up to {major}.{minor}"
    good = wanted <= (int(major), int(minor))
    return Content.styled(f"{words} {'✓' if good else '⚠ it may not start'}",
                          "$text-muted" if good else "$text-warning")  # fmt: skip


def nearest_lines(rows: Sequence[PricedOffer], before: float) -> list[Content]:
    """The offers to take instead, each with its key and the difference to `before` ($/h)."""
    lines = []
    for at, row in enumerate(rows, 1):
        offer, more = row.offer, row.price - before
        difference = f"{'+' if more >= 0 else '-'}{per_hour(abs(more))}"
        lines.append(
            Content.assemble(
                (f" {at} ", "bold $text-accent"),
                f"{offer.num_gpus}× {offer.gpu_name} · machine {offer.machine_id or UNKNOWN} · "
                f"{offer.country or '?'} · {percent(offer.reliability)} % · ",
                (per_hour(row.price), "bold"),
                (f"  {difference}", "$text-warning" if more > 0 else "$text-success"),
            )
        )
    return lines


def nearest(
    rows: Sequence[PricedOffer], gone: Offer, price: float, most: int = 3
) -> list[PricedOffer]:
    """The offers most like one that is gone: same GPU and count, nearest to `price` ($/h); where
    these are too few, others with as many GPUs and at least as much memory."""

    def unlike(row: PricedOffer) -> tuple[bool, bool, float, int]:
        offer = row.offer
        same = (offer.gpu_name, offer.num_gpus) == (gone.gpu_name, gone.num_gpus)
        memory = (offer.gpu_ram or 0) >= (gone.gpu_ram or 0)
        fits = offer.num_gpus == gone.num_gpus and memory
        return not same, not fits, abs(row.price - price), offer.id

    return sorted((row for row in rows if row.offer.id != gone.id), key=unlike)[:most]
