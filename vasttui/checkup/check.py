"""Makes the reads, one after the other, and compares what came with what is expected."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from vasttui.api.client import VastClient
from vasttui.checkup.expected import SHAPES
from vasttui.checkup.reads import READS, Read
from vasttui.checkup.shapes import Difference, Shape, differences, rows_of, type_of, types_in
from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    PermissionDenied,
    RateLimited,
    VastError,
)
from vasttui.models.decode_json import NotJson, read_json
from vasttui.words import plural


@dataclass(frozen=True, slots=True)
class Result:
    """What a read gave. `compared` says that rows came and were looked at; `unread` why it could
    not be compared, which is no fault of the service's shape unless `failed`."""

    read: Read
    rows: int | None = None
    differences: tuple[Difference, ...] = ()
    types: dict[str, list[str]] = field(default_factory=dict)
    unread: str = ""
    failed: bool = False

    @property
    def is_harmful(self) -> bool:
        """Whether vasttui would not work with this answer."""
        return self.failed or any(one.harmful for one in self.differences)


class Answers:
    """The last answer to each kind of read, as it came."""

    def __init__(self) -> None:
        self._last: dict[str, bytes] = {}

    def __call__(self, name: str, body: bytes) -> None:
        """Keep it: the client calls this."""
        self._last[name] = body

    def take(self, name: str) -> bytes | None:
        """The last answer, which is forgotten: it may hold secrets."""
        return self._last.pop(name, None)


async def check_service(
    client: VastClient,
    answers: Answers,
    now: Callable[[], float],
    reads: Sequence[Read] = READS,
) -> AsyncIterator[Result]:
    """The result of each read as it is there. Nothing is sent that changes anything; where the
    first is not answered, nothing else is sent."""
    known: dict[str, int] = {}
    for read in reads:
        if read.needs and read.needs not in known:
            yield Result(read, unread=f"not asked: there is no {read.needs}")
            continue
        said, answer = "", None
        unread = failed = False
        try:
            answer = await read.make(client, known, now())
        except VastError as error:
            said, unread, failed = _refused(error, read)
            if isinstance(error, NetworkError) and read is reads[0]:
                yield Result(read, unread=said, failed=True)
                return
        found = read.found(answer)
        if found is not None:
            known[read.finds] = found
        document = _document(answers.take(read.name))
        if unread or document is None:
            yield Result(read, unread=said or "the service has none", failed=failed)
        else:
            yield _compared(read, document, answer, said)


def _refused(error: VastError, read: Read) -> tuple[str, bool, bool]:
    """The sentence on a read that failed; whether its answer says nothing about shapes, and
    whether that is a fault."""
    if isinstance(error, AuthRejected | PermissionDenied):
        if read.hosts:
            return "not read: for accounts that host", True, False
        is_wrong_key = isinstance(error, AuthRejected) and error.code != "no_key"
        return f"not read: {error.sentence}", True, is_wrong_key
    if isinstance(error, RateLimited):
        return f"not read: {error.sentence}", True, False
    if isinstance(error, NetworkError):
        return error.sentence, True, True
    return error.sentence, not isinstance(error, BrokenAnswer), True


def _document(body: bytes | None) -> object:
    try:
        return None if body is None else read_json(body)
    except NotJson:
        return None


def _compared(read: Read, document: object, answer: object, said: str) -> Result:
    expected: Shape = SHAPES[read.name]
    rows = rows_of(document, expected.where)
    if rows is None:
        return Result(read, differences=(Difference(_misplaced(document, expected), harmful=True),))
    found = differences(rows, expected)
    bad = getattr(answer, "bad", 0)
    if bad and not any(one.harmful for one in found):
        found.append(Difference(f"{plural(bad, 'row')} cannot be shown", harmful=True))
    if said:
        found.append(Difference("vasttui could not read it", harmful=True, said=said))
    types = types_in(rows) if expected.names else {}
    return Result(read, len(rows), tuple(found), types)


def _misplaced(document: object, expected: Shape) -> str:
    """Where the rows were expected, and what came."""
    wanted = " or ".join(f"'{one}'" for one in expected.where if one) or "the answer itself"
    if not isinstance(document, dict):
        return f"no list in {wanted}: {type_of(document)} came"
    names = ", ".join(types_in([document])) if expected.names else ""
    return f"no list in {wanted}" + (f"; the answer has: {names}" if names else "")
