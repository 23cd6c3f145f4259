"""Surveys of small groups: design, invite, respond, analyse, publish."""
