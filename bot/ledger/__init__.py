"""The ledger: one database that is the only truth about what came in, what was decided, what left.

`schema` the tables · `database` opening and migrating · `writer` one thread with group commit ·
the others are named after what they keep, each a few functions of a connection; `views` is for
people to look at.
"""
