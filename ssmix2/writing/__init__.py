"""Messages as text: one module per family of data kinds, built on fields and segments."""
