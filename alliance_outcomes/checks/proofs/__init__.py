"""Proofs: what a contract can pay, over all inputs within their declared ranges. Six verdicts, one module each."""
