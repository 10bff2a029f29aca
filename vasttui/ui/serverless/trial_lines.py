"""A test request in lines: which worker, how long it took, what it answered or why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from vasttui.models.route import WorkerAnswer
from vasttui.services.serverless.trial import Trial, summary, worker_time
from vasttui.text import clean
from vasttui.words import data_size

MOST_LINES = 40
"""Lines of an answer that are shown."""

STOPPED = "You stopped asking: the service named no worker so far."
LEFT = "You did not wait: the worker may go on with it."

IS_PAGE = "This is a web page: is a proxy or a login page in the way?"

_LEAST = 0.0001
_TENS, _HUNDREDS = 9.995, 99.95
"""Seconds from which on there is room for fewer places."""

_INDENT = " " * 10

Known = Callable[[Trial], tuple[int | None, float | None]]
"""The id of the worker that the router chose and its price in $/h; None where not known."""


def trial_lines(trial: Trial, known: Known, elapsed: float) -> list[Content]:
    """One test request; it began `elapsed` s ago."""
    worker, price = known(trial)
    route, answer = trial.route, trial.answer
    if route is None:
        if trial.over:
            return [_line("✖", trial.seconds, trial.problem, "$text-error")]
        return [Content.styled(f"◐ {_waiting(trial)} {elapsed:.0f}s ({_again(trial)})", "bold")]
    which = "" if worker is None else f"worker {worker}, "
    number = "" if route.reqnum is None else f" (request {route.reqnum})"
    chosen = f"the service chose {which}{clean(route.url, 200)}{number}"
    lines = [_line("✓", trial.routed or 0.0, chosen, "$text-success")]
    if answer is not None:
        lines += _answered(trial, answer)
    elif trial.over:
        own = max(0.0, trial.seconds - (trial.routed or 0.0))
        lines.append(_line("✖", own, trial.problem, "$text-error"))
        return [*lines, Content(f"{_time(trial.seconds)}  in all")]
    else:
        waits = f"◐ Waiting for its answer. {_waited(trial, elapsed):.0f}s (esc does not wait)"
        return [*lines, Content.styled(waits, "bold")]
    cost = worker_time(answer, price)
    lines.append(Content(f"{_time(trial.seconds)}  in all{_cost_words(cost)}"))
    return lines


def many_lines(trials: Sequence[Trial], wanted: int, known: Known, elapsed: float) -> list[Content]:
    """Several test requests, the newest last, a line for each and their figures."""
    lines = [Content.styled("     until a worker was named + until it answered", "$text-muted")]
    for number, trial in enumerate(trials, 1):
        if not trial.over:
            doing = "waiting for its answer" if trial.route else _waiting(trial).rstrip(".…")
            waited = _waited(trial, elapsed)
            lines.append(Content.styled(f"◐ {number:2} {doing}, {waited:.0f}s", "bold"))
            continue
        worker, _ = known(trial)
        answer, where = trial.answer, "" if worker is None else f"  worker {worker}"
        told = "a web page" if trial.is_page and not trial.problem else trial.problem
        if answer is not None:
            told = f"{answer.status}, {data_size(answer.size)}{f': {told}' if told else ''}"
        mark, style = ("✓", "$text-success") if trial.is_good else ("✖", "$text-error")
        times = _both_times(trial)
        lines.append(Content.assemble((mark, style), f" {number:2} {times}{where}  {told}"))
    over = [trial for trial in trials if trial.over]
    if over:
        of = f" (of {wanted})" if len(over) < wanted else ""
        lines.append(Content.styled(f"{summary(over)}{of}", "bold"))
    return lines


def hung(lines: Sequence[Content], width: int) -> Content:
    """The lines, those that are too long wrapped beside their time."""
    drawn = []
    for line in lines:
        room = width - len(_INDENT)
        if line.cell_length <= width or room < len(_INDENT):
            drawn.append(line)
            continue
        rest = line[len(_INDENT) :].wrap(room)
        drawn.append(line[: len(_INDENT)] + rest[0])
        drawn += [Content(_INDENT) + one for one in rest[1:]]
    return Content("\n").join(drawn)


def _both_times(trial: Trial) -> str:
    """`0.34 + 0.81 s`: until a worker was named, and of the worker."""
    if trial.answer is None or trial.routed is None:
        return f"{trial.seconds:.2f} s"
    return f"{trial.routed:.2f} + {trial.answer.seconds:.2f} s"


def _waited(trial: Trial, elapsed: float) -> float:
    """Seconds that it waits for a worker, or for the answer of the one that was named."""
    return max(0.0, elapsed - (trial.routed or 0.0))


def _waiting(trial: Trial) -> str:
    if trial.status:
        return f"Waiting for a worker: “{trial.status}”."
    return "Asking the router for a worker…"


def _again(trial: Trial) -> str:
    times = f"asked {trial.asked} times, " if trial.asked > 1 else ""
    return f"{times}again after 1 to 5 s; esc stops asking"


def _answered(trial: Trial, answer: WorkerAnswer) -> list[Content]:
    """Status, size and text of an answer."""
    first = f"first byte after {answer.first:.2f} s"
    text = f"the worker answered {answer.status}, {data_size(answer.size)} · {first}"
    good = trial.is_good
    lines = [_line("✓" if good else "✖", answer.seconds, text, _style(good=good))]
    if trial.problem:
        lines.append(Content.styled(f"{_INDENT}{trial.problem}", "$text-error"))
    shown = answer.lines[:MOST_LINES]
    if trial.is_page:
        lines.append(Content.styled(f"{_INDENT}{IS_PAGE}", "$text-warning"))
    lines += [Content.styled(f"{_INDENT}{line}", "$text-muted") for line in shown]
    if answer.cut or len(answer.lines) > MOST_LINES:
        lines.append(Content.styled(f"{_INDENT}… and more", "$text-muted"))
    elif answer.size and not answer.lines:
        lines.append(Content.styled(f"{_INDENT}The answer is no text.", "$text-muted"))
    return lines


def _style(*, good: bool) -> str:
    return "$text-success" if good else "$text-error"


def _line(mark: str, seconds: float, text: str, style: str) -> Content:
    return Content.assemble((mark, style), f"{_time(seconds)[1:]}  {text}")


def _time(seconds: float) -> str:
    places = 2 if seconds < _TENS else 1 if seconds < _HUNDREDS else 0
    return f"{seconds:6.{places}f} s"


def _cost_words(cost: float | None) -> str:
    """What it cost of the worker's time; nothing where the price is not known."""
    if cost is None:
        return ""
    amount = f"about ${cost:.4f}" if cost >= _LEAST else f"less than ${_LEAST}"
    return f", costs {amount} of the worker's time"
