"""What is shown of a patient: the calendar, one entry, a series, whom one may ask about."""
