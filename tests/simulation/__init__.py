"""The whole pipeline in a world of its own: virtual time, seeded faults, promises that are checked.

`clock` time that passes by itself · `people` who writes what and when · `provider` what MTA does
with it · `process` the bot, which may die · `world` all of it for one seed · `promises` what must
hold whatever happens. `python -m tests.simulation --seeds 10000`, `--seed 4711` for one again.
"""
