"""`./dev load`: residents and staff by the model, and a ledger of what the stack acknowledged."""
