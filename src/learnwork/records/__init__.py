"""Learning and employment records: read, verify, issue. A library of its own, without Django."""
