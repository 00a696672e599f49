"""What happens to a message: kept, decided, sent, noted."""
