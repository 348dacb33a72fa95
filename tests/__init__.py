"""Tests, one module a subject; what every test shares stands in conftest."""
