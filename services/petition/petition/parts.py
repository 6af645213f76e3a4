"""What the use cases work with, put together once a process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from kit import mongo, settings
from kit.colleagues import Colleagues
from kit.counts import Counts
from kit.lease import Lease
from kit.mongo import Connection, Db
from kit.outbox import RelayLoop
from kit.rpc.peers import Peers
from petition.district import read_rules
from petition.domain.change import Rules
from petition.settings import PetitionSettings
from petition.store.bans import BanBook
from petition.store.board import BoardBook
from petition.store.cases import Cases
from petition.store.clusters import ClusterBook
from petition.store.co_signs import CoSigns, Tellings
from petition.store.coverage import CoverageBook
from petition.store.day_roots import DayRoots
from petition.store.exclusions import ExclusionBook
from petition.store.figures import FigureBook
from petition.store.images import Images
from petition.store.partners import PartnerBook


@dataclass(frozen=True)
class Parts:
    """The stores and the rules. `wake` tells the relay that an event was committed."""

    cases: Cases
    co_signs: CoSigns
    tellings: Tellings
    images: Images
    rules: Rules
    bans: BanBook
    board: BoardBook
    board_lease: Lease
    peers: Peers
    colleagues: Colleagues
    partners: PartnerBook
    day_counts: Counts
    figures: FigureBook
    exclusions: ExclusionBook
    clusters: ClusterBook
    coverage: CoverageBook
    figures_lease: Lease
    limits_lease: Lease
    escalation_lease: Lease
    day_roots: DayRoots
    sealing_lease: Lease
    filing_limits: bool
    wake: Callable[[], None]


def assemble(db: Db, told: PetitionSettings, wake: Callable[[], None]) -> Parts:
    """The parts of a process that was told these settings."""
    images = Images(db, told.picture_bytes)
    rules = read_rules(told.district_dir)
    peers = Peers("petition", told.amqp_url, told.secrets_dir / "signing.pem")
    return Parts(
        cases=Cases(db, rules),
        co_signs=CoSigns(db),
        tellings=Tellings(db),
        images=images,
        rules=rules,
        bans=BanBook(db),
        board=BoardBook(db),
        board_lease=Lease(db, "board", seconds=15),
        peers=peers,
        colleagues=Colleagues(peers),
        partners=PartnerBook(db),
        day_counts=Counts(db["day_counts"], told.secrets_dir / "sealing.json"),
        figures=FigureBook(db, rules.directory.figures),
        exclusions=ExclusionBook(db),
        clusters=ClusterBook(db),
        coverage=CoverageBook(db),
        figures_lease=Lease(db, "figures", seconds=15),
        limits_lease=Lease(db, "ended_limits"),
        escalation_lease=Lease(db, "escalation", seconds=15),
        day_roots=DayRoots(db),
        sealing_lease=Lease(db, "sealing", seconds=60),
        filing_limits=told.filing_limits,
        wake=wake,
    )


def of_command(told: PetitionSettings) -> Parts:
    """The parts of a command, at the database that it was told; what it commits, the service's relay finds."""
    return assemble(mongo.connect(told.mongo_url).get_default_database(), told, wake=lambda: None)


class PetitionParts(DependencyProvider):
    """Gives the service class its parts."""

    connection = Connection()
    relay = RelayLoop()

    def setup(self) -> None:
        self._parts = assemble(self.connection.db, settings.load(PetitionSettings), self.relay.wake)

    def stop(self) -> None:
        self._parts.peers.close()

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts
