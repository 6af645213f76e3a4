"""`python -m accounts.reseal`: seals anew, with the active key, what an older key sealed. Safe to repeat and to stop.

Changing the key: add the new one to `sealing.json` and make it active, restart, run this, then remove the old one.
"""

from accounts.settings import AccountsSettings
from accounts.store.people import COLLECTION, SEALED
from kit import mongo, sealed, settings
from kit.mongo import Db
from kit.sealed import Sealer


def reseal(db: Db, sealer: Sealer) -> int:
    """Seals every field anew that the active key did not seal; returns how many."""
    return sum(sealed.reseal(db[COLLECTION], field, sealer) for field in SEALED)


def main() -> None:
    """Reads the environment of a service."""
    told = settings.load(AccountsSettings)
    db = mongo.connect(told.mongo_url).get_default_database()
    count = reseal(db, Sealer.from_file(told.secrets_dir / "sealing.json"))
    print(f"sealed anew: {count}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
