"""What news keeps: one collection a module, and the schema of them all."""

from news.store.schema import SCHEMA

__all__ = ["SCHEMA"]
