"""Django's own formats of Spanish, for what its filters print."""
