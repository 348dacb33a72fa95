"""The proof reader: a formula over whole ranges of its names: what it can be, and which way each name moves it."""
