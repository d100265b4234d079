"""The hall: use cases, and the ports that the doors keep. Knows no database and no framework."""
