"""The HTTP side of the server: webhooks, API, health."""
