"""Coming in: passwords, second factors, sessions and the browsers they live in."""
