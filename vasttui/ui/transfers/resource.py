"""The list of copies: its rows, columns, filter fields and details."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vasttui.lists.columns import Cell, Column
from vasttui.lists.resource import Fact, raw_facts
from vasttui.models.copy_words import share_in
from vasttui.models.data_transfer import (
    DRY_RUN,
    End,
    Progress,
    Stage,
    Transfer,
    is_silent,
)
from vasttui.query.fields import Field, FieldSet
from vasttui.ui.format import age, span
from vasttui.words import data_size, plural

_GLYPHS: dict[Stage, tuple[str, str]] = {
    Stage.ASKED: ("◐", "warn"), Stage.COPYING: ("●", "good"), Stage.STOPPING: ("◐", "warn"),
    Stage.FAILED: ("✖", "bad"), Stage.UNKNOWN: ("?", "warn"), Stage.STOPPED: ("○", "dim"),
    Stage.DONE: ("✓", "good"),
}  # fmt: skip
_ORDER = (Stage.COPYING, Stage.ASKED, Stage.STOPPING, Stage.FAILED, Stage.UNKNOWN, Stage.STOPPED,
          Stage.DONE)  # fmt: skip
_BAR = 12
_LATE = "It is about 30 s behind."


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A copy, and what its ends are called."""

    transfer: Transfer
    source: str
    target: str


FIELDS = FieldSet(
    fields=(
        Field(name="state", kind="text", help="how far it is", expr="o.transfer.word",
              example=":failed"),
        Field(name="from", kind="text", help="its source", expr="source(o)", example=":train-a"),
        Field(name="to", kind="text", help="its destination", expr="target(o)", example=":models"),
        Field(name="text", kind="text", help="words anywhere", known=True, cost=2,
              expr="words(o)", example=":ck"),
    ),
    record="r", seen={"state": "o.transfer.word"},
    scope={
        "source": lambda row: f"{row.source} {row.transfer.source}",
        "target": lambda row: f"{row.target} {row.transfer.target}",
        "words": lambda row: _words(row),
    },
    price=lambda row: 0.0, example="state:failed",
)  # fmt: skip


def where(name: str, end: End) -> str:
    """A place and a path there."""
    return f"{name} {end.path}"


def _words(row: TransferRow) -> str:
    transfer = row.transfer
    ends = where(row.source, transfer.source), where(row.target, transfer.target)
    dry = "dry run" if DRY_RUN in transfer.flags else ""
    return "\n".join((transfer.word, dry, *ends, transfer.why)).lower()


def columns(now: Callable[[], float]) -> Sequence[Column[TransferRow]]:
    """The columns of the list; `now` is the clock of the service."""
    return (
        Column("state", "State", 14, lambda r: _state(r.transfer, now()), "how far it is", 0,
               left=True, most=20, value=lambda r: _ORDER.index(r.transfer.stage)),
        Column("from", "From", 24, lambda r: (where(r.source, r.transfer.source), ""), "source", 1,
               left=True, value=lambda r: r.source.casefold(), most=40),
        Column("to", "To", 24, lambda r: (where(r.target, r.transfer.target), ""), "destination",
               2, left=True, value=lambda r: r.target.casefold(), most=40),
        Column("done", "Done", 9, lambda r: (_share(r.transfer, now()), ""),
               "how much of it has arrived; of a copy by the service as it said, and how long ago",
               3, value=lambda r: _percent(r.transfer), best_first=True),
        Column("bar", "", _BAR, lambda r: (bar(r.transfer.progress, _BAR), "good"),
               "the same as a bar, where rsync runs here", 4, left=True),
        Column("left", "Left", 6, lambda r: (_left(r.transfer), ""), "time left, as rsync says", 6,
               value=lambda r: r.transfer.progress and r.transfer.progress.left),
        Column("note", "Note", 30, lambda r: note(r.transfer, now()), "what is worth knowing", 5,
               left=True, grows=True),
        Column("asked", "Asked", 5, lambda r: (span(now() - r.transfer.asked_at), "dim"),
               "time since it was asked for", 7, value=lambda r: r.transfer.asked_at,
               best_first=True),
    )  # fmt: skip


def _percent(transfer: Transfer) -> int | None:
    """How much of it has arrived; in a dry run nothing does."""
    if transfer.progress is not None:
        return transfer.progress.share
    said = "" if DRY_RUN in transfer.flags else transfer.share
    return int(said.partition(" ")[0]) if said else None


def _share(transfer: Transfer, now: float) -> str:
    """`62 %`, or as it was last said `62 % 25s`."""
    percent = _percent(transfer)
    if percent is None:
        return "-"
    old = "" if transfer.progress is not None else f" {span(now - transfer.said[-1].at)}"
    return f"{percent} %{old}"


def _left(transfer: Transfer) -> str:
    left = None if transfer.progress is None or transfer.stage.is_over else transfer.progress.left
    return "-" if left is None else age(left)


def bar(progress: Progress | None, width: int) -> str:
    """`███░░░`; empty where nothing is known."""
    if progress is None:
        return ""
    full = width * progress.share // 100
    return "█" * full + "░" * (width - full)


def rate(progress: Progress) -> str:
    """`61.0 MB/s · 4 files`."""
    files = "" if progress.files is None else f" · {plural(progress.files, 'file')}"
    return f"{data_size(progress.rate)}/s{files}"


def _state(transfer: Transfer, now: float) -> Cell:
    glyph, style = _GLYPHS[transfer.stage]
    since = transfer.asked_at if not transfer.stage.is_over else transfer.since
    word = transfer.word
    if DRY_RUN in transfer.flags:
        word = "dry run" if transfer.stage is Stage.DONE else f"{word}, dry"
    return f"{glyph} {word} {span(now - since)}", style


def note(transfer: Transfer, now: float) -> Cell:
    """What is worth knowing of it, in a few words."""
    if transfer.why:
        return transfer.why, "bad" if transfer.stage is Stage.FAILED else "dim"
    if transfer.run:
        progress = transfer.progress
        return "rsync here" + (f", {rate(progress)}" if progress is not None else ""), ""
    if not transfer.said:
        silent = is_silent(transfer.source, transfer.target)
        return ("a volume reports nothing" if silent else "nothing said yet"), "dim"
    last = transfer.said[-1]
    return f"“{share_in(last.text) or last.text}”, said {span(now - last.at)} ago", ""


def overview(row: TransferRow, now: float) -> Sequence[Fact]:
    """The facts of a copy."""
    transfer = row.transfer
    if transfer.run:
        return _here(row, now)
    last = transfer.said[-1] if transfer.said else None
    says = f"“{last.text}”, {span(now - last.at)} ago. {_LATE}" if last else "nothing yet"
    facts = [_stage(transfer), Fact("Says", says)]
    if transfer.log:
        facts.append(Fact("Log", transfer.log))
    if not transfer.stage.is_over:
        what = "between the instance and clouds" if transfer.is_sync else f"into {row.target}"
        facts += [
            Fact("Stop", f"cancels every copy {what}, not only this one: that is all the service "
                 "can do", "dim"),
            Fact("Done?", "the service gives no certain end: it is read from what the instance "
                 "reports", "dim"),
        ]  # fmt: skip
    return [*facts, *_ends(row, now)]


def _ends(row: TransferRow, now: float) -> Sequence[Fact]:
    transfer = row.transfer
    return (
        Fact("Asked", f"{span(now - transfer.asked_at)} ago · {transfer.command}"),
        Fact("From", where(row.source, transfer.source)),
        Fact("To", where(row.target, transfer.target)),
    )


def _stage(transfer: Transfer) -> Fact:
    why = f". {transfer.why}" if transfer.why else ""
    return Fact("State", f"{transfer.word}{why}", _GLYPHS[transfer.stage][1])


def _here(row: TransferRow, now: float) -> Sequence[Fact]:
    """The facts of one that rsync makes here."""
    transfer, progress = row.transfer, row.transfer.progress
    facts = [_stage(transfer)]
    if progress is None:
        facts.append(Fact("Done", "rsync has not said anything yet", "dim"))
    else:
        done = f"{bar(progress, 30)} {progress.share} % · {data_size(progress.sent)} sent"
        of = "" if progress.entries is None else (
            f" · {progress.checked} of {progress.entries} files and folders"
        )  # fmt: skip
        left = "" if _left(transfer) == "-" else f" · {_left(transfer)} left"
        facts.append(Fact("Done", done))
        if progress.rate:
            facts.append(Fact("Speed", f"{rate(progress)}{of}{left}"))
    if transfer.flags:
        facts.append(Fact("Deletes", "what only the destination has, as it was shown before"))
    if not transfer.stage.is_over:
        facts.append(Fact("Runs", "in vasttui: closing it stops it; the next start shows it, "
                          "and it goes on where it was", "dim"))  # fmt: skip
    return [*facts, *_ends(row, now)]


def raw(row: TransferRow) -> Sequence[Fact]:
    """Every field of a copy."""
    ends = [Fact("source", f"{row.transfer.source}"), Fact("target", f"{row.transfer.target}")]
    return [*ends, *(one for one in raw_facts(row.transfer) if one.name.partition(".")[0] not in
                     ("source", "target", "said", "before"))]  # fmt: skip
