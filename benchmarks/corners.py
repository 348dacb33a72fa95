"""The nine scores that everyone compared computes. Nothing is imported here, so that the Python of a competitor reads it too."""

# By indicator: the levels where its score turns, and the score at each.
CORNERS: dict[str, tuple[list[float], list[float]]] = {
    "a": ([60, 80], [0, 100]),
    "b": ([55, 75], [0, 100]),
    "c": ([40, 80], [0, 100]),
    "d": ([50, 60, 75], [-100, 0, 100]),
    "e": ([50, 90], [0, 100]),
    "f": ([50, 70], [0, 100]),
    "g": ([-3, 0, 3], [100, 0, -100]),
    "h": ([40, 75], [0, 100]),
    "i": ([3, 4.5], [0, 100]),
}
WEIGHTS = {"a": 0.075, "b": 0.075, "c": 0.15, "d": 0.15, "e": 0.05, "f": 0.1, "g": 0.2, "h": 0.1, "i": 0.1}
