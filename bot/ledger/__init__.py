"""The ledger: one database that is the only truth about what came in, what was decided, what left.

`schema` the tables · `database` opening, migrating, one writing connection with group commit ·
`inbox`, `chains`, `outbox`, `quarantine` what is done with them, each a function of a connection.
"""
