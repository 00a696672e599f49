"""A rule-based auto-responder for text messages sent through Mobile Text Alerts."""

__path__.append(f"{__path__[0]}/plugins/old_paths")  # until 2.0, see there
