"""From a contract and a period to a Calculation: inputs, named formulas in order, and ledger entries."""
