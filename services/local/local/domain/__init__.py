"""What local life consists of: pure, no I/O, no clock of its own."""
