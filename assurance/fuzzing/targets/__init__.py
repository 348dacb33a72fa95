"""The readers that are fuzzed, one a file; see the folder above."""
