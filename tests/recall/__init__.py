"""How many texts of a kind a guard takes (recall), and how many that only look alike.

The files here are lists of texts: what a guard must take, and what it must leave.
"""
