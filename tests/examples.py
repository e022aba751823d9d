"""With how many examples a property is tried.

HARVEST_EXAMPLES in the environment says how many times as many as here; `make properties` asks for
twenty times as many.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = float(os.environ.get("HARVEST_EXAMPLES", "1"))


def examples(number: int, most: int | None = None) -> settings:
    """So many examples, however long each takes on a machine that is busy; `most` is how many they
    are for `make properties`, if that is to be other than twenty times as many."""
    wanted = number * TIMES if TIMES <= 1 or most is None else most
    return settings(
        max_examples=max(1, round(wanted)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


ANYTHING = st.characters(exclude_categories=["Cs"])
"""All characters, as st.text() has them by itself, which tries first which ones there are."""
