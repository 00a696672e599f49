"""Tools for authors of rules, all of them over `decide`."""
