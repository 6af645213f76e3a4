"""The rules of who you are: pure functions of what is handed in; no I/O and no clock of their own."""
