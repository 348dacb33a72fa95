"""Scenarios: what a settlement would come to if what was measured were otherwise."""
