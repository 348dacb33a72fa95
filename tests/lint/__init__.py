"""Lint: its checks, its formats, its options, and the hook, the action and the editor it is used from."""
