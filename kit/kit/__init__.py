"""What every service of Changping Connect stands on: RPC, events, storage, identity."""

__version__ = "0.2.0"
