"""Scoring rules, one a file: each lowers the measured value of an indicator to its score."""
