"""Reading a listing that no profile describes: its entries are found by what they have in common.

`outline` is the page in reading order. `groups` finds elements that look alike; `parts` and `table`
turn them into rows and columns, for tables with `cells` and `headers`. `titles` and `days` choose
the columns of titles and dates, and `reading` measures how well that fits. Against the best reading
speak `doubts` about its entries, other groups (`outside`) and what is in no group (`leftovers`);
`evidence` removes doubts. A wrong row is worse than none.
"""

from harvester.pages.general.general_reader import GeneralListing, read_any_listing
from harvester.pages.general.reading import Found

__all__ = ["Found", "GeneralListing", "read_any_listing"]
