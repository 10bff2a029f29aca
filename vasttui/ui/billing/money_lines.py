"""Credit, burn and idle costs in a line each, by the room there is."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from textual.content import Content

from vasttui.lists.charge_rows import ChargeRow
from vasttui.models.account import Account
from vasttui.models.bill import Bill, Burn, runway_of
from vasttui.models.forecast import Waiting, saving, without
from vasttui.models.volume import Volume
from vasttui.services.fleet.snapshot import ACCOUNT_OLD, Fleet, FleetRow
from vasttui.ui.format import HIDDEN
from vasttui.ui.header import TONES, disk_part, is_stale, left_words
from vasttui.ui.lines import first_fit
from vasttui.ui.reserve.words import deposits_pay
from vasttui.units import HOUR
from vasttui.words import money, per_hour, plural, short_money


def date_words(at: float) -> str:
    """The day of a time in epoch seconds: Mon 28 Sep."""
    when = time.localtime(at)
    return f"{time.strftime('%a', when)} {when.tm_mday} {time.strftime('%b', when)}"


def lasts_words(hours: float | None, burn: Burn, now: float) -> str:
    """How long the credit lasts, `~6d, to Mon 28 Sep`; empty where nothing is charged. `now` is
    epoch seconds."""
    words = left_words(hours, burn.unknown)
    return f"{words}, to {date_words(now + hours * HOUR)}" if hours else words


def burn_words(burn: Burn) -> str:
    """What the burn is made of: `$2.044 running + $0.150 disks`."""
    parts = []
    if burn.gpu or burn.unknown_instances:
        parts.append(f"{_price(burn.gpu)}{'+?' if burn.unknown_instances else ''} running")
    if burn.disk or burn.unknown_volumes:
        parts.append(f"{_price(disk_part(burn))}{'+?' if burn.unknown_volumes else ''} disks")
    return " + ".join(parts)


def short_burn(burn: Burn) -> str:
    """The same in fewer cells: `$2.044/h run + $0.150/h disk`."""
    words = burn_words(burn).replace(" running", "/h run").replace(" disks", "/h disk")
    return words.replace("+?/h", "/h+?")


def _price(dollars: float) -> str:
    return per_hour(dollars).removesuffix("/h")


def watched_words(account: Account) -> str:
    """What the service warns of: `warns below $10 ✓`."""
    if account.threshold is None:
        return "no warning is set" if account.balance_threshold_enabled is not None else ""
    return f"warns below {money(account.threshold).removesuffix('.00')} ✓"


def credit_line(
    fleet: Fleet, width: int, now: float, monotonic: float, *, private: bool
) -> Content:
    """Credit, what is spent and how long it lasts. `now` is epoch seconds."""
    account, burn = fleet.account, fleet.burn
    if account is None:
        why = f": {fleet.account_error}" if fleet.account_error is not None else ""
        return Content.styled(f" Credit  ? not read{why}", "$text-muted")
    about = "~" if fleet.account_age(monotonic) > ACCOUNT_OLD else ""
    credit = f"${HIDDEN}" if private else f"{about}{money(account.credit)}"
    if fleet.as_of is None or private:
        return Content(f" Credit  {credit}")
    old = "~" if is_stale(fleet, monotonic) else ""
    runway, hours = runway_of(account.credit, burn)
    lasts = lasts_words(hours, burn, now - fleet.account_age(monotonic))
    watched, split = watched_words(account), burn_words(burn)
    total = f"{old}{per_hour(burn.total)}" if burn.total else "nothing"
    forms = (
        (" Credit  ", credit, f"spending {total} now{f': {split}' if split else ''}",
         f"lasts {lasts}" if lasts else "", watched),
        (" ", credit, f"{old}{short_burn(burn)}" or "spends nothing", lasts, watched),
        (" ", credit, f"{total}/h".replace("/h/h", "/h"), lasts, watched),
        (" ", credit, f"{total}/h".replace("/h/h", "/h"), lasts),
    )  # fmt: skip
    return first_fit(width, *(_joined(form, TONES[runway], lasts) for form in forms))


def _joined(form: tuple[str, ...], tone: str, lasts: str) -> Content:
    start, *parts = form
    said = [
        Content.styled(part, tone) if tone and lasts and lasts in part else Content(part)
        for part in parts
        if part
    ]
    return Content.assemble((start, "$text-muted"), Content(" · ").join(said))


def idle_line(waits: Waiting, width: int) -> Content:
    """What only waits costs; empty where nothing does."""
    instances, volumes = len(waits.instances), len(waits.volumes)
    if not instances and not volumes and not waits.unknown:
        return Content("")
    more = "+?" if waits.unknown else ""
    total = f"{money(waits.total)}{more}/month"
    stopped = plural(instances, "instance that does not run", "instances that do not run")
    parts = [
        f"{words} {money(sum(costs.values()))}"
        for words, costs in (
            (stopped, waits.instances),
            (f"{plural(volumes, 'volume')} on no instance", waits.volumes),
        )
        if costs
    ]
    disks = plural(instances, "disk") if instances else ""
    free = plural(volumes, "volume") if volumes else ""
    both = " and ".join(filter(None, (disks, free)))
    forms = (
        f" Idle    what only waits costs {total}: {', '.join(parts)}",
        f" idle: {total} for {both} that only wait",
        f" idle: {short_money(waits.total)}{more}/month",
    )
    return first_fit(width, *(Content.styled(one, "$text-warning") for one in forms))


def saving_line(rows: Sequence[FleetRow | Volume], fleet: Fleet, width: int, now: float) -> Content:
    """What stopping or destroying these marked instances and volumes would save, and how long the
    credit lasts then; empty where none of them bills. `now` is epoch seconds."""
    bills = {row.id: bill for row in rows if (bill := _bill_of(row, fleet)).hourly != 0}
    saved = saving(bills.values())
    if not bills:
        return Content("")
    more = "+?" if saved.unknown else ""
    credit = None if fleet.account is None else fleet.account.credit
    ways = [("stopped", saved.stop, False), ("destroyed", saved.destroy, True)]
    said = [
        (f"{word} {per_hour(price)}{more}", _until(credit, fleet, bills.values(), gone, now))
        for word, price, gone in ways
        if gone or price or more
    ]
    volumes = sum(isinstance(row, Volume) and row.id in bills for row in rows)
    counts = ((len(bills) - volumes, "marked instance"), (volumes, "marked volume"))
    marked = ", ".join(plural(count, noun) for count, noun in counts if count)
    prices = ", ".join(price for price, _ in said)
    whole = f" Saves   {marked}: {', '.join(price + until for price, until in said)}"
    deposits = f". {paid}" if (paid := deposits_pay(bills.values())) else ""
    forms = (
        f"{whole}{deposits}",
        whole,
        f" Saves   {marked}: {prices}",
        f" saves: {prices}",
    )
    return first_fit(width, *(Content.styled(one, "$text-accent") for one in forms))


def no_saving_line(rows: Sequence[ChargeRow], width: int) -> Content:
    """What is said of these marked charges where the end of none saves anything that is known;
    empty without any."""
    if not rows:
        return Content("")
    one = len(rows) == 1
    if all(row.gone for row in rows):
        words = f"nothing: {'it is gone and bills' if one else 'they are gone and bill'} no more"
    elif any(row.held is None and not row.gone for row in rows):
        words = "not known: only rows of instances and volumes that are there tell it"
    else:
        words = f"nothing: {'it does' if one else 'they do'} not bill now"
    short = words.partition(":")[0]
    forms = (f" Saves   {words}", f" saves {words}", f" saves: {short}")
    return first_fit(width, *(Content.styled(form, "$text-accent") for form in forms))


def _bill_of(row: FleetRow | Volume, fleet: Fleet) -> Bill:
    """What it is charged now; a volume on a machine that is offline is free."""
    if isinstance(row, FleetRow):
        return row.bill
    return Bill(0.0, 0.0 if row.machine_id in fleet.away else row.storage_total_cost)


def _until(
    credit: float | None, fleet: Fleet, bills: Collection[Bill], gone: bool, now: float
) -> str:
    """How long the credit lasts once these are stopped or destroyed: ` (then ~6d, to Mon 28 Sep)`;
    empty where that is not known."""
    then = without(fleet.burn, bills, destroyed=gone)
    lasts = lasts_words(runway_of(credit, then)[1], then, now)
    return f" (then {lasts})" if lasts else ""
