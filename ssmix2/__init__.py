"""SS-MIX2 as a library: paths, messages, records and findings."""
