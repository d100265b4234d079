"""What machines see: the doors that speak standards."""
