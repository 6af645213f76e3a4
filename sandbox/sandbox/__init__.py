"""Stand-ins for the platforms upstream: real HTTP, with faults on demand."""
