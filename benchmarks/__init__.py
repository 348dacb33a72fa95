"""Benchmarks: each prints its work, its goal, the figure reached and a verdict, as ratios of one run."""
