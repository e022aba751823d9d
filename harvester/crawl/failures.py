"""Failures of the network and of sites: their names for users, and whether another try may help."""

from datetime import UTC, datetime

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed

from harvester.crawl.response_meta import retry_after
from harvester.outcomes import Reason

PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
FAILURES: dict[type[Exception], tuple[str, Reason]] = {
    CannotResolveHostError: ("its host name can't be resolved", Reason.NO_ANSWER),
    DownloadConnectionRefusedError: ("the connection was refused", Reason.NO_ANSWER),
    DownloadTimeoutError: ("there was no answer in time", Reason.TIMEOUT),
    ResponseDataLossError: ("the answer is damaged or broke off", Reason.BROKEN_OFF),
    DownloadFailedError: ("the connection failed", Reason.NO_ANSWER),
    ConnectError: ("the connection failed", Reason.NO_ANSWER),
    ConnectionClosed: ("the connection failed", Reason.NO_ANSWER),
    OSError: ("the connection failed", Reason.NO_ANSWER),
}
CONNECTION = (OSError, ConnectError, ConnectionClosed, TLSError, VerificationError)
"""Errors of the connection itself, unlike an answer that can't be parsed."""


class RetryLater(Exception):
    """Raised if a try after `wait` seconds may succeed."""

    def __init__(self, what: str, reason: Reason, wait: float | None = None) -> None:
        super().__init__(what)
        self.reason = reason
        self.wait = wait


def told(failure: Exception) -> tuple[str, Reason]:
    """The words for a failure, and its reason."""
    what, reason = next(what for kind, what in FAILURES.items() if isinstance(failure, kind))
    causes = [cause.value for cause in getattr(failure.__cause__, "reasons", ())]
    answered = causes and not any(isinstance(cause, CONNECTION) for cause in causes)
    if answered and reason is Reason.NO_ANSWER:
        return "what the site answers can't be read as HTTP", reason
    return what, reason


def is_distrusted(failure: Exception) -> bool:
    """Whether the connection failed because of the certificate, so that another try won't help."""
    causes = getattr(failure.__cause__, "reasons", ())
    return any(isinstance(cause.value, TLSError | VerificationError) for cause in causes)


def later(response: Response) -> RetryLater:
    """The exception for an answer that asks us to come back later, or for a server error."""
    reason = Reason.BUSY if response.status in (429, 503) else Reason.SERVER_ERROR
    said = (response.headers.get("Retry-After") or b"").decode("latin-1")
    wait = retry_after(said, datetime.now(UTC))
    return RetryLater(f"the site answers {response.status}", reason, wait)
