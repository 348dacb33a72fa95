"""The formula tree: what a contract compiles to, and its readers, one file each."""
