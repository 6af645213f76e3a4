"""The rules of the newsroom: pure, no I/O, no clock of their own."""
