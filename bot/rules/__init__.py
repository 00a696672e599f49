"""The rule language: from YAML to a rule set."""
