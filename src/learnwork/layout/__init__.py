"""What every page and API stands on: base page, marks, content negotiation, problem documents."""
