import base64
import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import news.store
from kit.errors import Conflict, Unavailable
from kit.identity import Caller
from kit.mongo import Db, Schema
from kit.sealed import SealingKeys
from kit.settings import ServiceSettings
from kit.testing import Rpc, Stack, new_key
from kit.transfers import FinishUpload, PutChunk, StartUpload
from news import pictures, publishing, reviewing, seed, writing
from news.contract.desk import CreateArticle, PublishArticle, RestoreVersion, SaveArticle, WithdrawArticle
from news.contract.reviewing import ApproveArticle, PublishUrgently, ReturnArticle, ReviewLater, SubmitArticle
from news.contract.shapes import ArticleReceipt
from news.district import read_columns
from news.parts import assemble

from .tipline import Known, Tipline

DISTRICT = Path("district")
WORDS = {
    "column": "livelihood",
    "town": "110114112",
    "title": "社区食堂开门迎客",
    "lead": "老人在家门口吃上热饭。",
    "blocks": [{"kind": "paragraph", "text": "食堂今天开门。"}, {"kind": "quote", "text": "饭菜又软又热。"}],
    "desk": "民生新闻部",
    "source": "本端",
}


CASE: dict[str, Any] = {
    "no": "CP20261118-7K3F9Q",
    "title": "多条道路无照明",
    "town": {"code": "110114003", "name": "马池口镇"},
    "department": {"code": "cgw", "name": "区城管委"},
    "filed_at": "2026-11-18T10:00:00+08:00",
    "state": "dispatched",
    "state_name": "办理中",
    "ending": None,
    "ending_name": None,
    "solved": None,
    "reply": None,
    "promises": [],
    "merged_into": None,
}
"""What everyone reads of a case, as far as reports need it."""


class PublicCases:
    """What petition would answer; `away` as long as it is down."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {}
        self.away = False
        self.full: set[str] = set()
        self.asked: list[str] = []
        self.questions: list[dict[str, Any]] = []
        self.answers: dict[tuple[str, int], str] = {}
        self.similar: list[dict[str, Any]] = []
        self.drafts: list[dict[str, Any]] = []

    def like(self, **draft: Any) -> dict[str, Any]:
        if self.away:
            raise Unavailable
        self.drafts.append(draft)
        return {"open": self.similar, "replied": []}

    def ask(self, **question: Any) -> dict[str, Any] | None:
        if self.away:
            raise Unavailable
        if question["no"] not in self.views:
            return None
        if question["no"] in self.full:
            raise Conflict("这件诉求的采访问题已达上限")
        self.questions.append(question)
        answer = self.answers.get((question["investigation"], question["question"]))
        at = "2026-11-21T10:00:00+08:00"
        unit = {"code": "cgw", "name": "区城管委"}
        return {"unit": unit, "due": at, "answer": answer, "answered_at": at if answer else None}

    def read(self, no: str) -> dict[str, Any] | None:
        self.asked.append(no)
        if self.away:
            raise Unavailable
        return self.views.get(no)


def staff(name: str, role: str) -> Caller:
    return Caller(kind="staff", id=f"s_{name}", roles=frozenset({role}))


class Newsroom:
    """A news service on a database of its own, and the people who work with it."""

    reporter = staff("reporter", "reporter")
    colleague = staff("colleague", "reporter")
    editor = staff("editor", "editor")
    second_editor = staff("editor2", "editor")
    duty = staff("duty", "duty_editor")
    chief = staff("chief", "chief_editor")
    other_chief = staff("chief2", "chief_editor")
    anyone = Caller(kind="service", id="gateway")

    def __init__(self, db: Db, secrets: Path) -> None:
        self.db = db
        self.settings = ServiceSettings(
            amqp_url="amqp://", mongo_url="mongodb://", secrets_dir=secrets, district_dir=DISTRICT
        )
        self.cases = PublicCases()
        known = Known(self.reporter, self.colleague, self.editor)
        parts = assemble(db, self.settings, wake=lambda: None)
        self.parts = replace(parts, public_cases=self.cases, colleagues=known)
        seed.seed_columns(self.parts, read_columns(DISTRICT))

    def create(self, by: Caller | None = None, key: str | None = None, **fields: Any) -> str:
        request = CreateArticle.model_validate({**WORDS, "idempotency_key": key or new_key(), **fields})
        return writing.create_article(self.parts, request, by or self.reporter).id

    def save(self, article: str, version: int | None = None, by: Caller | None = None, **fields: Any) -> ArticleReceipt:
        version = version or (self.db.articles.find_one({"_id": article}) or {})["version"]
        given = {**WORDS, "idempotency_key": new_key(), "id": article, "version": version, **fields}
        return writing.save_article(self.parts, SaveArticle.model_validate(given), by or self.editor)

    def restore(self, article: str, restored: int, by: Caller | None = None, **fields: Any) -> ArticleReceipt:
        given = {"idempotency_key": new_key(), "id": article, "restored": restored, **fields}
        return writing.restore_version(self.parts, RestoreVersion.model_validate(given), by or self.editor)

    def submit(self, article: str, by: Caller | None = None, **fields: Any) -> ArticleReceipt:
        request = SubmitArticle.model_validate({"idempotency_key": new_key(), "id": article, **fields})
        return reviewing.submit_article(self.parts, request, by or self.reporter)

    def approve(self, article: str, by: Caller, **fields: Any) -> ArticleReceipt:
        request = ApproveArticle.model_validate({"idempotency_key": new_key(), "id": article, **fields})
        return reviewing.approve_article(self.parts, request, by)

    def send_back(self, article: str, by: Caller, *remarks: dict[str, Any], note: str = "") -> ArticleReceipt:
        given = {"idempotency_key": new_key(), "id": article, "remarks": remarks, "note": note}
        return reviewing.return_article(self.parts, ReturnArticle.model_validate(given), by)

    def hurry(self, article: str, by: Caller, reason: str = "突发事件", note: str = "") -> ArticleReceipt:
        request = PublishUrgently(idempotency_key=new_key(), id=article, reason=reason, note=note)
        return reviewing.publish_urgently(self.parts, request, by)

    def review_later(self, article: str, by: Caller) -> ArticleReceipt:
        request = ReviewLater(idempotency_key=new_key(), id=article)
        return reviewing.review_later(self.parts, request, by)

    def pass_reviews(self, article: str) -> int:
        """Through its three reviews, as it stands; its version then."""
        found = self.db.articles.find_one({"_id": article}) or {}
        writers = {found["author"], *found["writers"]}
        self.submit(article, Caller(kind="staff", id=found["author"], roles=frozenset({"editor"})))
        for role in ("editor", "duty_editor", "chief_editor"):
            last = self.approve(article, next(one for one in self.reviewers(role) if one.id not in writers))
        return last.version

    @staticmethod
    def reviewers(role: str) -> list[Caller]:
        return [staff(f"reviewing_{role}{number}", role) for number in range(2)]

    def release(self, article: str) -> ArticleReceipt:
        """Reviewed and published."""
        self.pass_reviews(article)
        return self.publish(article)

    def publish(self, article: str, by: Caller | None = None, **fields: Any) -> ArticleReceipt:
        request = PublishArticle.model_validate({"idempotency_key": new_key(), "id": article, **fields})
        return publishing.publish_article(self.parts, request, by or self.editor)

    def withdraw(self, article: str, by: Caller | None = None, **fields: Any) -> ArticleReceipt:
        given = {"idempotency_key": new_key(), "id": article, "reason": "内容有误", **fields}
        return publishing.withdraw_article(self.parts, WithdrawArticle.model_validate(given), by or self.editor)

    def published(self, **fields: Any) -> str:
        article = self.create(**fields)
        self.release(article)
        return article

    def told(self, article: str) -> list[tuple[str, int]]:
        """The events that wait: type and number."""
        found = self.db.articles.find_one({"_id": article}) or {}
        return [(event["type"], event["seq"]) for event in found.get("_outbox", ())]


def sent(newsroom: Any, width: int = 64, height: int = 48, by: Caller | None = None) -> str:
    """A picture of the newsroom, from a camera that tells where it was."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (40.0, 13.0, 0.0)  # GPS latitude
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG", exif=exif, comment=b"SECRET-COMMENT")
    by, data = by or newsroom.reporter, out.getvalue()
    start = StartUpload(content_type="image/jpeg", size=len(data), idempotency_key=new_key())
    upload = pictures.start_upload(newsroom.parts, start, by).id
    pictures.put_chunk(newsroom.parts, PutChunk(id=upload, number=0, data=data), by)
    return pictures.finish_upload(
        newsroom.parts, FinishUpload(id=upload, size=len(data), sha256=sha256(data).hexdigest()), by
    ).id


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys of its own."""
    folder = tmp_path_factory.mktemp("secrets")
    key = base64.b64encode(bytes(32)).decode()
    keys = SealingKeys(active="k1", keys={"k1": key}, index_key=key)
    (folder / "sealing.json").write_text(keys.model_dump_json())
    return folder


@pytest.fixture
def public_case() -> dict[str, Any]:
    return dict(CASE)


@pytest.fixture
def newsroom(database_of: Callable[[Schema], Db], secrets: Path) -> Newsroom:
    return Newsroom(database_of(news.store.SCHEMA), secrets)


@pytest.fixture
def line(newsroom: Newsroom) -> Tipline:
    """The same newsroom as it takes tips; these are in service."""
    staff = Known(newsroom.editor, newsroom.second_editor, newsroom.reporter)
    newsroom.parts = replace(newsroom.parts, colleagues=staff)
    return Tipline(newsroom)


@pytest.fixture(scope="session")
def rpc(stack: Stack) -> Iterator[Rpc]:
    with closing(Rpc(stack, "news")) as rpc:
        yield rpc


@pytest.fixture(scope="session")
def words() -> Callable[..., dict[str, Any]]:
    """The words of an article, some of them others."""

    def make(**fields: Any) -> dict[str, Any]:
        return {**WORDS, **fields}

    return make
