"""Statements: one settlement, many writers, one a file."""
