"""What the project wants to hold, as ratios of one run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks import ways
from benchmarks.measure import Cost
from benchmarks.pages import ratios

Costs = Mapping[str, Cost]
"""The cost of each way, by its letter."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio, and the most or, if so said, the least that it may be."""

    name: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the ratio is within its limit."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def bars(costs: Costs, tenfold: Costs) -> Iterator[Bar]:
    """All bars of which the ways were measured, once and on ten times as many documents."""
    bare, full = costs[ways.BARE], costs[ways.FULL]
    recorded = costs[ways.RECORDED]
    yield Bar("b: CPU of a", full.cpu / bare.cpu, 1.5)
    yield Bar("b, recorded: CPU of a", recorded.cpu / bare.cpu, 1.5)
    for first, again in ((ways.FULL, ways.AGAIN), (ways.RECORDED, ways.AGAIN_RECORDED)):
        yield Bar(f"{again}: CPU of {first}", costs[again].cpu / costs[first].cpu, 0.33)
        yield Bar(f"{again}: bytes of {first}", costs[again].sent / costs[first].sent, 0.02)
    one, two = costs[ways.REPARSE], costs[ways.REPARSE_TWO]
    yield Bar("d, one process: CPU of e", one.cpu / costs[ways.TREES].cpu, 1.7)
    yield Bar("d, two processes: wall time of one", two.wall / one.wall, 0.6)
    soup = costs[ways.SOUP].cpu / recorded.cpu
    yield Bar("f, soup: CPU of b", costs[ways.SOUP].cpu / full.cpu, 8, at_least=True)
    yield Bar("f, soup: CPU of b, recorded", soup, 8, at_least=True)
    for peer in (ways.PARSEL, ways.SCRAPY):
        yield Bar(f"b: CPU of {peer}", full.cpu / costs[peer].cpu, 1)
        yield Bar(f"b, recorded: CPU of {peer}", recorded.cpu / costs[peer].cpu, 1)
    yield Bar("documents' pages: CPU of lxml's trees", median(ratios("document").values()), 4)
    for letter, large in tenfold.items():
        if letter in (ways.FULL, ways.RECORDED):
            yield Bar(f"{letter}: memory, tenfold", large.memory / costs[letter].memory, 1.15)
            yield Bar(f"{letter}: CPU a page, tenfold", large.cpu / 10 / costs[letter].cpu, 1.1)
