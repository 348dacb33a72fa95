"""Simulation: how sure a settlement is, by drawing what was measured again and again. Floats, never an official amount."""
