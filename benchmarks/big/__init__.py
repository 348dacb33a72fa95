"""``make bench-big``: records of 5.5 million invented persons, measured on every engine and by hand."""
