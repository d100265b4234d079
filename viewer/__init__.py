"""What people see: pages, rows and parts."""
