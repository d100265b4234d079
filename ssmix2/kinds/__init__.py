"""The data kinds of SS-MIX2, one a file."""
