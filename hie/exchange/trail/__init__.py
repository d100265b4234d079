"""The audit trail: chained, looked at, packed up, proved complete."""
