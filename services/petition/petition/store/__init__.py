"""What petition keeps: one collection a module, and the schema of them all."""

from petition.store.schema import SCHEMA

__all__ = ["SCHEMA"]
