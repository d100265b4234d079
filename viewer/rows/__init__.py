"""The rows of the calendar, one a file."""
