"""The rules of a petition: standard library and pydantic only, no I/O, no clock of its own."""
