"""Pay for health and wellbeing outcomes: contracts written as YAML, settled exactly."""
