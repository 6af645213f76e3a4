"""What a catalogue is made of: pure, no I/O."""
