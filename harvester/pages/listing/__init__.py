"""Reading a page of a listing: its range, its entries, and the link to the next page."""
