"""The models of the market as they are listed: grouped, or not; and their filter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vasttui.lists.browse import Browse
from vasttui.lists.market_grouping import Grouping
from vasttui.lists.resource import Resource
from vasttui.models.market_overview import ModelFigures, group_by
from vasttui.models.model_history import ModelHistory
from vasttui.models.offer import vram_gb
from vasttui.query.complete import Completion, complete
from vasttui.query.names import named
from vasttui.query.parse import parse
from vasttui.query.rules import Query
from vasttui.services.overview.book import Known, ModelBook
from vasttui.services.overview.past import Gpu
from vasttui.words import plural

_CLASSES = (80, 33, 17, 0)
"""The least GB of VRAM of each class of memory."""

_MAKERS = {"nvidia": "NVIDIA", "amd": "AMD"}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A GPU model and what is `known` of its offers, None before they were read; or the `heading`
    of a `group` of models. `vram` is GB of one GPU, None if no offer was ever seen, and `several`
    whether there are other sizes of the model, in other rows; `past` what is remembered of its
    prices, None before that was read."""

    model: str
    known: Known | None = None
    vram: int | None = None
    past: ModelHistory | None = None
    group: str = ""
    heading: str = ""
    several: bool = False

    @property
    def id(self) -> str:
        """Identifies it among all."""
        return f"#{self.group}" if self.heading else self.name

    @property
    def name(self) -> str:
        """The model, with its VRAM if there are other sizes: `A100 SXM4 80G`."""
        return f"{self.model} {self.vram}G" if self.several else self.model

    @property
    def size(self) -> int | None:
        """Its VRAM in GB where there are other sizes, else None."""
        return self.vram if self.several else None

    @property
    def gpu(self) -> Gpu:
        """What its past is asked for by."""
        return self.model, self.vram

    @property
    def figures(self) -> ModelFigures | None:
        """The figures of its offers; None before they were read."""
        return None if self.known is None else self.known.figures


Past = Callable[[Gpu], ModelHistory | None]


def market_rows(
    book: ModelBook, grouping: Grouping, past: Past = lambda gpu: None
) -> list[ModelRow]:
    """The models that the filter leaves, a row for each size of VRAM, each group after its heading.
    None if it is known that there is no offer at all. `past` has what is remembered of a model."""
    rows = [
        _row(book, model, size, grouping, past)
        for model in book.models for size in book.sizes(model)
    ]  # fmt: skip
    if all(
        row.figures is not None and row.figures.whole and not row.figures.offers for row in rows
    ):
        return []
    if grouping is Grouping.NONE:
        return rows
    return list(_grouped(rows, grouping))


def _row(book: ModelBook, model: str, size: int | None, grouping: Grouping, past: Past) -> ModelRow:
    known, vram = book.known(model, size), size
    if size is None and (memory := book.memory(model)) is not None:
        vram = vram_gb(memory)
    group = {
        Grouping.MEMORY: _memory_class(vram),
        Grouping.MAKER: _MAKERS.get(book.arch(model), book.arch(model)) or "~",
        Grouping.NONE: "",
    }[grouping]
    return ModelRow(model, known, vram, past((model, vram)), group, several=size is not None)


def _memory_class(vram: int | None) -> str:
    if vram is None:
        return "~"
    return str(next(at for at, least in enumerate(_CLASSES) if vram >= least))


def _grouped(rows: Sequence[ModelRow], grouping: Grouping) -> Iterator[ModelRow]:
    noun = "size" if len(rows) > len({row.model for row in rows}) else "model"
    for group, members in group_by(rows, lambda row: row.group).items():
        name = _heading(group, members) if grouping is Grouping.MEMORY else group
        if group == "~":
            what = f"{grouping.value.removeprefix('by ')} not known"
            none = all(row.known is not None for row in members)
            name = f"none on offer now: {what}" if none else what
        count = plural(len(members), noun)
        yield ModelRow("", group=group, heading=f"{name} ── {count}")
        yield from members


def _heading(group: str, members: Sequence[ModelRow]) -> str:
    """`80 GB and more`, `24 to 32 GB`, as its models are; `up to 16 GB`."""
    sizes = sorted(row.vram for row in members if row.vram is not None)
    if group == "0":
        return f"{_CLASSES[0]} GB and more"
    if group == str(len(_CLASSES) - 1):
        return f"up to {_CLASSES[-2] - 1} GB"
    if not sizes or sizes[0] == sizes[-1]:
        return f"{sizes[0]} GB" if sizes else ""
    return f"{sizes[0]} to {sizes[-1]} GB"


def summary(rows: Sequence[ModelRow]) -> str:
    """`58 models: 41 known, 17 to ask`; `in 62 sizes`, which the groups count, where some models
    have several sizes of VRAM."""
    models = [row for row in rows if not row.heading]
    known = len({row.model for row in models if row.known is not None})
    to_ask = len({row.model for row in models}) - known
    sizes = f" in {len(models)} sizes" if len(models) > known + to_ask else ""
    words = f"{plural(known + to_ask, 'model')}{sizes}: {known} known"
    return f"{words}, {to_ask} to ask" if to_ask else words


class MarketBrowse(Browse[ModelRow]):
    """The state of the table of models. The filter is one of offers: it does not choose rows, but
    which offers are counted; `asked_anew` is called when it changed."""

    def __init__(
        self,
        resource: Resource[ModelRow],
        now: Callable[[], float],
        seen: Callable[[], Mapping[str, Sequence[str]]],
        asked_anew: Callable[[], None],
    ) -> None:
        """`seen` has the values that occur in the market, by topic."""
        self.gpu_names: tuple[str, ...] = ()
        self._seen_in_market, self._asked_anew = seen, asked_anew
        super().__init__(resource, now)

    def know_gpu_names(self, names: tuple[str, ...]) -> None:
        """Learn the names of GPUs, which words of the filter may be."""
        if names != self.gpu_names:
            self.gpu_names = names
            self.set_text(self.text)

    def meaning_of(self, text: str) -> Query:
        """The rules of another filter."""
        return self._meaning(parse(text).query)

    def _meaning(self, query: Query) -> Query:
        return named(query, self.gpu_names)

    def _filter(self, before: Query) -> None:
        self._asked_anew()

    def complete(self, position: int) -> Sequence[Completion]:
        """The completions at a position of the filter, likeliest first."""
        values = dict(self._seen_in_market())
        seen = values.get("gpu_name", ())
        values["gpu_name"] = (*seen, *(name for name in self.gpu_names if name not in seen))
        return complete(self.text, position, values)
