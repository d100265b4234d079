"""The tables that revision 0001 makes, a file for each topic."""
