"""What is wrong with a file that is not YAML, told as its author sees it; asked only then."""
