"""Reading a page of a listing: its range, its entries, the way to the next."""
