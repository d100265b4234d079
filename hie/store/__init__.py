"""Where things are kept: registry, documents, accounts and audit, on SQLite or PostgreSQL."""
