"""A rule-based auto-responder for text messages sent through Mobile Text Alerts."""
