"""A harvest frozen in a folder, to be cited or deposited, and checked again later."""
