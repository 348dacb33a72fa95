"""Input that is wrong, broken or meant to do harm: each is refused, with a code and a place, and nothing is written."""
