"""Payment clauses, one a file: each lowers itself to amounts that the ledger writes as lines."""
