"""Evidence: a settlement kept so that others can verify it, years later, without trusting whoever made it."""
