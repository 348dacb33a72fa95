"""Two versions of a contract: which terms differ, and what that moves in euros."""
