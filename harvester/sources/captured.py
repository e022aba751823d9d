"""Fetching from captures at hand: an earlier one where the latest can't be used."""

import logging
from collections.abc import Callable

from scrapy.crawler import Crawler
from scrapy.http import TextResponse

from harvester.crawl.fetch import Fetcher, PageRequest, Read
from harvester.outcomes import Reason, Refused, RunProblem, Unreadable
from harvester.sources.captures import PASSED_OVER, NoEarlier

logger = logging.getLogger(__name__)

MOST_TRIED = 20
"""How many captures of a page are tried, the latest first."""
TELLING = (Reason.BROKEN_OFF, Reason.TOO_LARGE)
"""Reasons that say more about a missing page than that another was captured."""


class CapturedFetcher(Fetcher):
    """Fetches captures from files. One that is unreadable gives way to an earlier one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._passed_over = 0

    async def page(self, wanted: PageRequest, read: Callable[[TextResponse], Read]) -> Read | None:
        """The latest capture that `read` can read. If none is, raises the reason that says most."""
        problems: list[RunProblem] = []
        try:
            while len(problems) < MOST_TRIED:
                self._passed_over = len(problems)
                try:
                    found = await super().page(wanted, read)
                except (Unreadable, Refused) as problem:
                    problems.append(problem)
                    if problem.why is Reason.TOO_LARGE:
                        break
                else:
                    _tell(problems)
                    return found
        except NoEarlier as end:
            problems += [end.problem] if end.problem else []
        finally:
            self._passed_over = 0
        raise next((one for one in problems if one.why in TELLING), problems[0])

    def meta(self, wanted: PageRequest) -> dict[str, object]:
        """The meta of a request for a page."""
        return {**super().meta(wanted), PASSED_OVER: self._passed_over}


def _tell(problems: list[RunProblem]) -> None:
    for problem in problems:
        sentence = str(problem).removesuffix(".")
        logger.warning("%s: an earlier capture of it is read.", sentence)
