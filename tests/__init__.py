"""How the house is proved; `tests.servers` starts real servers, `conftest.py` hands them out."""
