"""Fixtures that every test of the repository may use."""

import contextlib

# Lest pytest take the folders gateway/ and sandbox/ for the packages within when it imports their tests. A team may
# have a checkout without them.
with contextlib.suppress(ModuleNotFoundError):
    import gateway  # noqa: F401
import sandbox  # noqa: F401

pytest_plugins = ["kit.testing"]
