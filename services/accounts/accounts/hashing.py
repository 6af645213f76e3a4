"""Password hashing, outside the greenthread: a hash takes tens of milliseconds in which nothing else would run."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from eventlet import tpool

from accounts.domain import passwords

THREADS = 4  # each keeps the 19 MiB of its last hash: the default of 20 would hold 400


class Hasher:
    """Argon2id with the costs that the password rules set."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(passwords.PASSES, passwords.MEMORY_KIB, passwords.LANES)
        tpool.set_num_threads(THREADS)
        self._nobodys = self._argon2.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The password as it is stored."""
        hashed: str = tpool.execute(self._argon2.hash, passwords.normalise(password))
        return hashed

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits. Without a stored one the same work is done, so that the time tells nothing."""
        fits = bool(tpool.execute(self._fits, stored or self._nobodys, passwords.normalise(password)))
        return fits and stored is not None

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
