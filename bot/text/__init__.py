"""What stands in a text: words, spelling, patterns, segments, phone numbers."""
