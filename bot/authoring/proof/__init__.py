"""Proofs over all texts: which rule takes what another one takes, by automata."""
