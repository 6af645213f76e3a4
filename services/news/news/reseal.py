"""`python -m news.reseal`: seals the contacts of tips anew that an older key sealed. Safe to repeat and to stop."""

from kit import mongo, settings
from kit.settings import ServiceSettings
from news.store.tips import Tips


def main() -> None:
    """Reads the environment of a service."""
    told = settings.load(ServiceSettings)
    tips = Tips(mongo.connect(told.mongo_url).get_default_database(), told.secrets_dir / "sealing.json")
    print(f"sealed anew: {tips.reseal()}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
