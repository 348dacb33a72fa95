"""Tests on Spark, which needs Java and an environment of its own: `make test-spark`."""
