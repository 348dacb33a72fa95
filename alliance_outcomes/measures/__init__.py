"""Kinds of indicators measured from records, one a file: what each counts, and how its value is computed exactly."""
