"""Mistakes planted by mutmut in the modules that decide money: results.json says which test runs noticed, explained.yaml why not.

    make mutate                                 try what was not tried since its module changed; go on where it stopped
    .venv-mutate/bin/python -m assurance.mutants --again 200    try 200 of those tried before once more

mutmut changes one thing at a time in a copy of each module that ``[tool.mutmut]`` of pyproject.toml names, and runs the
tests named there that reach the changed function, until one fails. A module's results hold for the text whose SHA-256
stands beside them. mutmut changes functions and methods; it leaves alone what runs as a module is imported (tables of
operators, patterns, the keys of clauses) and properties. tests/mutants.py plants mistakes there by hand.
"""
