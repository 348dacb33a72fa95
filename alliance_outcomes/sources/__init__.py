"""Sources of data, one a file: each reads what users have into measured rows."""
