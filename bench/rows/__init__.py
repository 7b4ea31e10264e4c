"""The rows of the bench: each is a function that takes the bench and returns what it measured."""
