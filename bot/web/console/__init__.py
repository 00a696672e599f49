"""The console: pages for people, made here on the server, with a `.json` twin of each."""
