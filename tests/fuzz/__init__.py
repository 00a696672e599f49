"""Much hostile input by seed: webhook bodies, rule files, templates; see `__main__`.

Seeded generators of their own rather than hypothesis, which takes a hundred times as long; the
properties that it finds counterexamples for stand beside the modules they are about.
"""
