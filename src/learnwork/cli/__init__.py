"""The `learnwork` command."""
