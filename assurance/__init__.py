"""What this project promises about its own exactness, each promise tried by a command that gives a figure.

    python -m assurance                 every promise: a table of promise, figure, verdict; exit 1 if any falls short
    python -m assurance flips oracle    only these
    python -m assurance --quick         a small sample of each, to see that the mechanism works; no figure to publish
    python -m assurance -o FILE.md      writes the page as well; of promises that were not tried the page keeps the figures

A promise is one file in this folder, `NAME.py`, found by its line `PROMISE = Promise(...)`; nothing else is edited:

    \"\"\"Flips: no changed byte of a bundle goes unnoticed.\"\"\"

    from .promise import Found, Promise, python

    PROMISE = Promise(
        title="A changed byte of a bundle is caught, and the file is named.",     # one sentence, what is promised
        made="Every byte of files up to 4,096 bytes is changed ...",               # how it is tried, for the page
        command="python -m tests.flipping",     # what a stranger can run; left out: python -m assurance NAME
        budget=240,                             # seconds after which it is stopped and falls short
        programs=("strace",),                   # must be on the PATH, else it is "not tried", which falls short
        packages=("mutmut",),                   # must be importable
        cores=1,                                # 2: it runs alone, before the others, which run two at a time
    )

    def run(quick: bool) -> Found:
        tried = python("-m", "tests.flipping")  # this Python, at the root, its output caught
        return Found("22,222 bytes, 0 missed", holds=tried.returncode == 0, told=tried.stdout)

The figure stands on a committed page: counts of what was tried, never a time, a path or a host, and the same whenever the
same sources are tried again (seeds are fixed). ``told`` is shown on stderr where a promise falls short: the seed, the input
and the way to repeat it. ``run`` may print; it goes to stderr. ``raise NotTried("...")`` where something it needs is not
there. Each run has a process of its own and should use one core. A budget is about twice what it takes on a free machine;
all promises together take less than 30 minutes on two cores.
"""
