"""Reading a page of a listing that no profile describes: entries found by what they have in common.

`outline` is the page in reading order, `groups` finds elements that look alike, `parts` and `table`
make rows and columns of them (of tables, `cells` and `headers` know more); `titles` and `days` say
which columns these are, `reading` measures how well that fits, `doubts` says what speaks against
the best in its entries, `outside` what does so in other groups, `leftovers` in what is in no group,
and `evidence` what removes a doubt. A wrong row is worse than none.
"""

from harvester.pages.general.general_reader import GeneralListing, read_any_listing
from harvester.pages.general.reading import Found

__all__ = ["Found", "GeneralListing", "read_any_listing"]
