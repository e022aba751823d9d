"""How long a site asks to be left alone."""

from datetime import UTC, datetime

import pytest
from examples import ANYTHING, examples
from hypothesis import given
from hypothesis import strategies as st

from harvester.crawl.response_meta import retry_after

EVER = float("inf")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITS = {
    "": None,
    "0": 0,
    "120": 120,
    " 7 ": 7,
    "1.5": None,
    "-5": None,
    "soon": None,
    "٣": None,
    "9" * 500: EVER,
    "Tue, 24 Nov 2026 12:01:30 GMT": 90,
    "Tuesday, 24-Nov-26 12:01:30 GMT": 90,
    "Tue Nov 24 12:01:30 2026": 90,
    "Tue, 24 Nov 2026 13:01:30 +0100": 90,
    "Fri, 31 Dec 1999 23:59:59 GMT": 0,
    "Fri, 99 Dec 99999 23:59:59 +9999999": None,
}


@pytest.mark.parametrize("said", WAITS)
def test_retry_after_is_understood(said: str) -> None:
    assert retry_after(said, NOON) == WAITS[said]


@examples(100)
@given(
    st.text(ANYTHING)
    | st.builds(
        "{}, {} Dec {} {}:{}:00 {}{}".format,
        *[st.integers(0, 10**n) for n in (1, 2, 6, 3, 2)],
        st.sampled_from("+-"),
        st.integers(0, 10**7),
    )
)
def test_retry_after_can_say_anything(said: str) -> None:
    wait = retry_after(said, NOON)
    assert wait is None or wait >= 0
