"""How such a listing is harvested without this program: each module is what one would write.

They are given the address of the first page and where the database goes. None of them checks that
what it got is whole, keeps history, understands dates or makes its rows searchable.
"""
