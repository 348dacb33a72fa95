"""``make mutate``: try the mutants that were not tried yet, and those that survived without a reason."""

from __future__ import annotations

import argparse
import os
import random
import sys

from .kept import NOT_TRIED, faults, read_explained, read_results, unexplained, write_results
from .running import WORK, found_so_far, full_name, mutants_of, run, taken_in


def main(words: list[str]) -> int:
    """Go on where the last run stopped; or try some once more."""
    parser = argparse.ArgumentParser(prog="python -m assurance.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="Of these paths only.")
    parser.add_argument("--again", type=int, metavar="N", help="Try N of those tried before, and compare.")
    parser.add_argument("--seed", type=int, default=1, help="Which N.")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="How many at a time.")
    asked = parser.parse_args(words)
    if asked.again:
        return again(asked.again, asked.seed, asked.jobs)
    return onward(asked.modules, asked.jobs)


def onward(modules: list[str], jobs: int) -> int:
    """Try what is left, keep what was found, and say what is still to be done."""
    results = taken_in(read_results())
    write_results(results)
    retried = unexplained(results, read_explained())
    left = [
        full_name(file, name)
        for file, module in results.items()
        if not modules or file in modules
        for name, each in module.mutants.items()
        if each.verdict == NOT_TRIED or (file, name) in retried
    ]
    print(f"{len(left)} mutants to try; how far it has come stands in {WORK / 'mutmut.log'}", flush=True)
    if left:
        try:
            run(left, jobs)
        finally:
            results = taken_in(results)
            write_results(results)
    found = list(faults(results, read_explained()))
    print("\n".join(found) or "Every mutant was noticed, or it is said why not.")
    return 1 if found else 0


def again(count: int, seed: int, jobs: int) -> int:
    """Try ``count`` mutants once more, drawn by ``seed``; 1 where what comes of one is not what was kept."""
    results = read_results()
    there = [(file, name) for file, module in results.items() for name in module.mutants]
    drawn = sorted(random.Random(seed).sample(there, min(count, len(there))))
    made = {file: mutants_of(file).mutants for file in results}
    other = [
        f"{file}: these are not the mutants there are" for file in made if set(made[file]) != set(results[file].mutants)
    ]
    run([full_name(file, name) for file, name in drawn], jobs)
    said = found_so_far()
    for file, name in drawn:
        kept, mutant = results[file].mutants[name], made[file].get(name)
        if mutant is None:
            continue  # told already
        now = mutant.with_verdict(said[file].get(name, NOT_TRIED))
        if (kept.hash, kept.caught) != (now.hash, now.caught):
            other.append(f"{full_name(file, name)}: {kept.verdict} as kept, {now.verdict} now")
    print("\n".join([*other, f"{len(drawn)} tried again, {len(other)} came to something else"]))
    return 1 if other else 0


sys.exit(main(sys.argv[1:]))
