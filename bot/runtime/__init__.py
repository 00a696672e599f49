"""Who says when: workers, reloads, retention, and what puts it all together."""
