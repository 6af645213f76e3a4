"""What the use cases work with, put together once a process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nameko.extensions import DependencyProvider
from pydantic import BaseModel

from accounts.contract import PrivacyNotice
from accounts.hashing import Hasher
from accounts.settings import AccountsSettings
from accounts.sms import SmsPlatform
from accounts.store.failures import FailureCounts
from accounts.store.headlines import Headlines
from accounts.store.inbox import Items
from accounts.store.people import People
from accounts.store.sessions import Sessions
from accounts.store.sign_ins import SignIns
from accounts.store.sms_codes import SmsCodes
from accounts.store.taken_back import TakenBack
from kit import district, settings
from kit.counts import Counts
from kit.identity import TokenSigner
from kit.mongo import Connection, Db
from kit.sealed import Sealer

_NOTICES = Path(__file__).parent / "notices"


class DistrictName(BaseModel):
    """What accounts reads of district.yml."""

    name: str


class DepartmentCode(BaseModel):
    code: str


class DepartmentCodes(BaseModel):
    """What accounts reads of departments.yml."""

    departments: list[DepartmentCode]


@dataclass(frozen=True)
class Parts:
    """The stores, the keys and the outside world of accounts."""

    db: Db
    sealer: Sealer
    people: People
    sessions: Sessions
    codes: SmsCodes
    failures: FailureCounts
    counts: Counts
    sms_an_hour: int
    sign_ins: SignIns
    inbox: Items
    taken_back: TakenBack
    headlines: Headlines
    signer: TokenSigner
    hasher: Hasher
    sms: SmsPlatform
    district: str
    departments: frozenset[str]
    notice: PrivacyNotice
    demo: bool


def assemble(db: Db, told: AccountsSettings) -> Parts:
    """The parts of a process that was told these settings."""
    sealer = Sealer.from_file(told.secrets_dir / "sealing.json")
    name = district.load(told.district_dir, "district.yml", DistrictName).name
    known = district.load(told.district_dir, "departments.yml", DepartmentCodes).departments
    return Parts(
        db=db,
        sealer=sealer,
        people=People(db, sealer),
        sessions=Sessions(db, sealer),
        codes=SmsCodes(db, sealer),
        failures=FailureCounts(db, sealer),
        counts=Counts(db["counts"], told.secrets_dir / "sealing.json"),
        sms_an_hour=told.sms_an_hour_of_a_network,
        sign_ins=SignIns(db),
        inbox=Items(db),
        taken_back=TakenBack(db),
        headlines=Headlines(db),
        signer=TokenSigner(told.secrets_dir / "signing.pem", "accounts"),
        hasher=Hasher(),
        sms=SmsPlatform(told.sms_url, told.sms_timeout_seconds),
        district=name,
        departments=frozenset(department.code for department in known),
        notice=current_notice(name),
        demo=told.demo,
    )


def current_notice(district_name: str) -> PrivacyNotice:
    """The newest privacy notice; a notice's file name is its version, which is the day it came into force."""
    path = max(_NOTICES.glob("*.md"))
    return PrivacyNotice(version=path.stem, text=path.read_text(encoding="utf-8").replace("{district}", district_name))


class AccountsParts(DependencyProvider):
    """Gives the service class its parts."""

    connection = Connection()

    def setup(self) -> None:
        self._parts = assemble(self.connection.db, settings.load(AccountsSettings))

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts
