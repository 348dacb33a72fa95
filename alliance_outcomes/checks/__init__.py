"""Checks of a contract before it is signed: findings that need no data."""
