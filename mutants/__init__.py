"""Small mistakes made on purpose, to see whether the tests notice them: `make mutants`.

mutmut knows which mistakes are worth making, and its table of them is used here. Its own runner
changes functions only, and switches a change on inside of the process of the tests; ours are in the
constants of modules and in SQL as well, and most of our tests look at processes of their own. So a
change is written into a copy of the project here, and the tests run there as they always do.
"""
