"""How bytes come in: one file for each kind of source."""
