"""What is known of each GPU model: from the offers that were fetched, and from own searches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vasttui.models.market_overview import ModelFigures, figures, floor_of, group_by, spot_price
from vasttui.models.money import PricedOffer, Usage, price_offers
from vasttui.models.offer import Offer, vram_gb
from vasttui.models.search import SearchOptions
from vasttui.query.defaults import with_defaults
from vasttui.query.machine_sets import left_out
from vasttui.query.match import compile_query
from vasttui.query.offer_fields import OFFERS
from vasttui.query.rules import Query, Rule
from vasttui.query.wire import Order, ServerQuery, server_query
from vasttui.services.market.state import MarketState

CHEAPEST_GPU: Order = ("vram_costperhour", False)
"""Of one model, the lowest price per GPU first: `dph_total` is for all GPUs of an offer."""

_NAME, _MEMORY = "gpu_name", "gpu_ram"
_PART = 500
"""Offers that are priced at a time."""
_MOST_ANSWERS = 4
"""Answers kept of a model, for filters that come back."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the figures are of: the offers that the filter and the switches leave, but for those on
    `avoided` machines, unless the filter asks for them. `names` are the models there are."""

    query: Query = field(default_factory=Query)
    choice: SearchOptions = field(default_factory=SearchOptions)
    avoided: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()

    def search(self, model: str) -> ServerQuery:
        """The search for the offers of a model."""
        rules = tuple(one for one in self.query.rules if _topic(one) != _NAME)
        others = Query(rules, self.query.removed)
        every = server_query(others, self.choice, self.names, full=True, order=CHEAPEST_GPU)
        return every.narrowed(_NAME, "eq", model)


@dataclass(frozen=True, slots=True)
class Answer:
    """The offers of one model that a search found: all of them if it is `whole`, else the cheapest
    per GPU. `as_of` is monotonic seconds."""

    query: ServerQuery
    offers: tuple[Offer, ...]
    whole: bool
    as_of: float


@dataclass(frozen=True, slots=True)
class Known:
    """The figures of one model, and when its offers were read, in monotonic seconds."""

    figures: ModelFigures
    as_of: float


@dataclass(frozen=True, slots=True)
class Priced:
    """Offers of a model with their prices for these switches, and those at the minimum bid per GPU
    by the id of the offer."""

    offers: tuple[Offer, ...]
    choice: SearchOptions
    rows: list[PricedOffer]
    spots: dict[int, float | None]


class ModelBook:
    """Answers by model. Figures are worked out once for each answer and question."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is epoch seconds."""
        self.wanted = Wanted()
        self._now = now
        self._answers: dict[str, list[Answer]] = {}
        self._market = MarketState()
        self._by_model: dict[str, tuple[Offer, ...]] = {}
        self._figures: dict[tuple[str, int | None], tuple[object, ModelFigures]] = {}
        self._priced: dict[str, Priced] = {}
        self._searches: dict[str, ServerQuery] = {}
        self._memory: dict[str, set[int]] = {}
        self._remembered: dict[str, set[int]] = {}
        self._arch: dict[str, str] = {}

    def want(self, wanted: Wanted) -> None:
        """Tell what the figures are to be of."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._searches.clear()
            self._figures.clear()

    def machines_changed(self) -> None:
        """A set of machines that the filter may name is another one."""
        self._figures.clear()

    def take_market(self, state: MarketState) -> None:
        """The offers that the offer browser fetched, once its search has ended."""
        if state.busy or state.as_of is None:
            return
        if state.rows is not self._market.rows:
            rows = group_by(state.rows, lambda one: one.gpu_name)
            self._by_model = {name: tuple(offers) for name, offers in rows.items()}
            self._learn(state.rows)
        self._market = state

    def take(self, model: str, answer: Answer) -> None:
        """The answer to an own search."""
        others = [one for one in self._answers.get(model, ()) if one.query != answer.query]
        self._answers[model] = [answer, *others][:_MOST_ANSWERS]
        self._learn(answer.offers)

    def remember(self, sizes: Mapping[str, int]) -> bool:
        """Learn how many GB of VRAM models had that may have no offers now; whether that is new."""
        before = self._remembered
        self._remembered = {model: {gigabytes * 1024} for model, gigabytes in sizes.items()}
        return self._remembered != before

    def grow_older(self, seconds: float) -> None:
        """So much time passed that the monotonic clock did not count."""
        for model, answers in self._answers.items():
            self._answers[model] = [replace(one, as_of=one.as_of - seconds) for one in answers]

    @property
    def every(self) -> Sequence[str]:
        """All models that are known by name."""
        return list(dict.fromkeys((*self.wanted.names, *self._by_model, *self._answers)))

    @property
    def models(self) -> Sequence[str]:
        """The models that the filter leaves, whether they have offers or not. One whose memory is
        not known is left by a rule on that."""
        names = self.every
        rules = [one for one in self.wanted.query.rules if _topic(one) in (_NAME, _MEMORY)]
        if not rules:
            return names
        select = compile_query(Query(tuple(rules)), self._now())
        by_name = compile_query(
            Query(tuple(one for one in rules if _topic(one) == _NAME)), self._now()
        )
        return [
            name for name in names
            if (select if self._sizes(name) else by_name)(self._samples(name))
        ]  # fmt: skip

    def memory(self, model: str) -> int | None:
        """The VRAM of a model in MB, from any offer of it that was seen, or is remembered: the
        least."""
        return min(self._sizes(model), default=None)

    def _sizes(self, model: str) -> Collection[int]:
        return self._memory.get(model) or self._remembered.get(model) or ()

    def sizes(self, model: str) -> Sequence[int | None]:
        """The GB of VRAM that the filter leaves of a model that was seen with several; of one with
        a single size None."""
        if len({vram_gb(size) for size in self._memory.get(model, ())}) < 2:
            return (None,)
        rules = tuple(one for one in self.wanted.query.rules if _topic(one) == _MEMORY)
        left = compile_query(Query(rules), self._now())(self._samples(model))
        return sorted({vram_gb(row.offer.gpu_ram) for row in left if row.offer.gpu_ram})

    def arch(self, model: str) -> str:
        """`nvidia` or `amd`, as the service names its maker; empty if no offer of it was seen."""
        return self._arch.get(model, "")

    def known(self, model: str, size: int | None = None) -> Known | None:
        """The figures of a model, or of those with so many GB; None if its offers are not known."""
        answer = self._best(model)
        if answer is None:
            return None
        if not self._has(model, size, answer):
            self._figures[model, size] = answer.offers, self._work_out(model, size, answer)
        found = self._figures[model, size][1]
        if not found.offers and not self._answers_all(model, answer):
            return None  # a part of another search, of which nothing is left
        return Known(found, answer.as_of)

    def answered_at(self, model: str) -> float | None:
        """When its own search was answered, or one that holds that answer whole, in monotonic
        seconds; None if it must be asked for."""
        answer = self._best(model)
        return answer.as_of if answer is not None and self._answers_all(model, answer) else None

    def _answers_all(self, model: str, answer: Answer) -> bool:
        """Whether asking again would bring no more."""
        return answer.whole or answer.query == self.search(model)

    def search(self, model: str) -> ServerQuery:
        """The search for its offers."""
        if model not in self._searches:
            self._searches[model] = self.wanted.search(model)
        return self._searches[model]

    def _best(self, model: str) -> Answer | None:
        """What answers the question: a whole answer before a part, then the newest."""
        search, market = self.search(model), self._market
        answers = [one for one in self._answers.get(model, ()) if one.query.covers(search)]
        there = market.query if market.complete else None
        if there is not None and market.as_of is not None and there.covers(search):
            offers = self._by_model.get(model, ())
            answers.append(Answer(there, offers, True, market.as_of))
        return max(answers, key=lambda one: (one.whole, one.as_of), default=None)

    @property
    def to_work_out(self) -> int:
        """How many offers are to be gone through until the figures of all are known."""
        answers = ((model, self._best(model)) for model in self.models)
        return sum(
            len(answer.offers)
            for model, answer in answers
            if answer is not None
            and not all(self._has(model, size, answer) for size in self.sizes(model))
        )

    def _has(self, model: str, size: int | None, answer: Answer) -> bool:
        """Whether its figures are worked out."""
        found = self._figures.get((model, size))
        return found is not None and found[0] is answer.offers

    def rows(self, model: str, size: int | None = None) -> Sequence[PricedOffer]:
        """All its offers that are counted; none where not all are known."""
        answer = self._best(model)
        return self._counted(model, size, answer) if answer is not None and answer.whole else ()

    def machines(self, model: str, size: int | None = None) -> frozenset[int]:
        """The machines of its offers, counted or not."""
        answer = self._best(model)
        offers = () if answer is None else answer.offers
        return frozenset(
            one.machine_id for one in offers if one.machine_id is not None and _is_of(one, size)
        )

    def _counted(self, model: str, size: int | None, answer: Answer) -> list[PricedOffer]:
        wanted = self.wanted
        avoided = left_out(wanted.query, wanted.avoided)
        rules = with_defaults(wanted.query, wanted.choice)
        rows = compile_query(rules, self._now())(self._price(model, answer.offers).rows)
        return [
            row for row in rows
            if row.fits and row.offer.machine_id not in avoided and _is_of(row.offer, size)
        ]  # fmt: skip

    def _work_out(self, model: str, size: int | None, answer: Answer) -> ModelFigures:
        counted = self._counted(model, size, answer)
        spots = self._price(model, answer.offers).spots
        floor = None if answer.whole else floor_of(answer.offers, self.wanted.choice.rental)
        return figures(
            counted, lambda row: spots[row.offer.id], floor=floor, whole=answer.whole
        )  # fmt: skip

    def work_out(self) -> Iterator[None]:
        """Work out the figures of all models, some offers at a time."""
        for model in self.models:
            if (answer := self._best(model)) is not None:
                yield from self._price_in_parts(model, answer.offers)
            for size in self.sizes(model):
                self.known(model, size)
                yield

    def _price(self, model: str, offers: tuple[Offer, ...]) -> Priced:
        """The offers with their prices, which are the same for all filters."""
        for _ in self._price_in_parts(model, offers):
            pass
        return self._priced[model]

    def _price_in_parts(self, model: str, offers: tuple[Offer, ...]) -> Iterator[None]:
        choice, found = self.wanted.choice, self._priced.get(model)
        if found is not None and found.offers is offers and found.choice == choice:
            return
        new = Priced(offers, choice, [], {})
        for at in range(0, len(offers), _PART):
            part = offers[at : at + _PART]
            new.rows.extend(price_offers(part, choice.usage, choice.rental))
            new.spots.update((one.id, spot_price(one, choice.usage)) for one in part)
            yield
        self._priced[model] = new

    def _learn(self, offers: Iterable[Offer]) -> None:
        for one in offers:
            if one.gpu_ram:
                self._memory.setdefault(one.gpu_name, set()).add(one.gpu_ram)
            if one.gpu_arch:
                self._arch.setdefault(one.gpu_name, one.gpu_arch)

    def _samples(self, model: str) -> list[PricedOffer]:
        """An offer of the model in each of its sizes, to be judged by rules on the model."""
        sizes: Iterable[int | None] = self._sizes(model) or (None,)
        return price_offers(
            (
                Offer(id=0, gpu_name=model, num_gpus=1, dph_base=0.0, dph_total=0.0,
                      storage_cost=0.0, gpu_ram=size)
                for size in sizes
            ), Usage(), "on-demand",
        )  # fmt: skip


def _is_of(offer: Offer, size: int | None) -> bool:
    """Whether its GPUs have so many GB; None is any size."""
    return size is None or (offer.gpu_ram is not None and vram_gb(offer.gpu_ram) == size)


def _topic(rule: Rule) -> str:
    return OFFERS.field(rule.field).topic
