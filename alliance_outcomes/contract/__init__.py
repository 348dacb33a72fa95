"""Contracts: YAML files read with every place kept, checked as a whole, never computed with."""
