"""The program in the hospital: it reads the storages there and calls out to the hub."""
