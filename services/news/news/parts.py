"""What the use cases work with, put together once a process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from kit import documents, pictures, settings
from kit.colleagues import Colleagues
from kit.counts import Counts
from kit.images import Images
from kit.lease import Lease
from kit.mongo import Connection, Db
from kit.outbox import RelayLoop
from kit.rpc.peers import Peers
from kit.settings import ServiceSettings
from news.district import read_directory
from news.domain.district import Directory
from news.public_cases import PublicCases
from news.store.alerts import Alerts
from news.store.apart import Apart
from news.store.articles import Articles
from news.store.bundles import Bundles, Unmatched
from news.store.columns import Columns
from news.store.comments import Comments
from news.store.coverage import FollowedCases, Reports
from news.store.front import Fronts
from news.store.investigations import Investigations
from news.store.keeping import Favourites, Follows
from news.store.library import Library
from news.store.readings import Readings
from news.store.tips import Tips
from news.store.versions import Versions


@dataclass(frozen=True)
class Parts:
    """The stores and the district. `wake` tells the relay that an event was committed."""

    articles: Articles
    columns: Columns
    versions: Versions
    images: Images
    directory: Directory
    publishing_lease: Lease
    ranking_lease: Lease
    tips: Tips
    counts: Counts
    peers: Peers
    colleagues: Colleagues
    wake: Callable[[], None]
    reports: Reports
    followed: FollowedCases
    public_cases: PublicCases
    coverage_lease: Lease
    alerts: Alerts
    comments: Comments
    favourites: Favourites
    follows: Follows
    topic_follows: Follows
    readings: Readings
    fronts: Fronts
    investigations: Investigations
    apart: Apart
    bundles: Bundles
    unmatched: Unmatched
    bundles_lease: Lease
    library: Library
    pictures_lease: Lease


def assemble(db: Db, told: ServiceSettings, wake: Callable[[], None]) -> Parts:
    """The parts of a process that works with this database and was told these settings."""
    sealing = told.secrets_dir / "sealing.json"
    peers = Peers("news", told.amqp_url, told.secrets_dir / "signing.pem")
    return Parts(
        articles=Articles(db),
        columns=Columns(db),
        versions=Versions(db),
        images=Images(db, content_types=(*pictures.CONTENT_TYPES, documents.CONTENT_TYPE)),
        directory=read_directory(told.district_dir),
        publishing_lease=Lease(db, "publishing"),
        ranking_lease=Lease(db, "ranking", seconds=60),
        tips=Tips(db, sealing),
        counts=Counts(db["counts"], sealing),
        peers=peers,
        colleagues=Colleagues(peers),
        wake=wake,
        reports=Reports(db),
        followed=FollowedCases(db),
        public_cases=PublicCases(peers),
        coverage_lease=Lease(db, "coverage", seconds=15),
        alerts=Alerts(db),
        comments=Comments(db),
        favourites=Favourites(db),
        follows=Follows(db),
        topic_follows=Follows(db, "topic_follows"),
        readings=Readings(db),
        fronts=Fronts(db),
        investigations=Investigations(db),
        apart=Apart(db),
        bundles=Bundles(db),
        unmatched=Unmatched(db),
        bundles_lease=Lease(db, "bundles", seconds=30),
        library=Library(db),
        pictures_lease=Lease(db, "pictures", seconds=90),
    )


class NewsParts(DependencyProvider):
    """Gives the service class its parts."""

    connection = Connection()
    relay = RelayLoop()

    def setup(self) -> None:
        self._parts = assemble(self.connection.db, settings.load(ServiceSettings), self.relay.wake)

    def stop(self) -> None:
        self._parts.peers.close()

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts
