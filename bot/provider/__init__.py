"""Mobile Text Alerts: its formats, and its API over HTTP."""
