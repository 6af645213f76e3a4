"""What residents do, a request at a time, and what staff do with what they file. Driven by locust."""

import itertools
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.queue import Empty, Queue
from geventhttpclient.response import HTTPConnectionClosed
from locust import FastHttpUser, constant, task

from load.ledger import Ledger, Tried, body_of
from load.model import READERS_SIGNED_IN
from load.sessions import People, Session

TRIES = 4  # of one write, with the same key, as the app repeats it
TRY_AGAIN = frozenset((0, 429, 502, 503, 504))
LOOK_SECONDS = 2.0  # between two looks of the desk at its queue
WORDS = ("垃圾", "停车", "供暖", "路灯", "幼儿园", "宽带", "噪声", "公交", "医保", "结婚", "居住证", "公园")


@dataclass
class Town:
    """What is there to be read, filed and pointed at; found once, at the beginning."""

    articles: list[str]
    columns: list[str]
    guides: list[str]
    items: list[str]
    offices: list[str]
    cases: list[str]
    categories: list[str]
    towns: list[str]

    @classmethod
    def look(cls, anybody: Session) -> "Town":
        """Reads the lists."""
        directory = anybody.read("/directory")
        kindergarten = ["kindergarten"]  # goes to the department whose demo staff handle cases in this run
        return cls(
            articles=_field(anybody, "/articles?limit=50", "id"),
            columns=_field(anybody, "/columns", "code"),
            guides=_field(anybody, "/guides", "slug"),
            items=_field(anybody, "/items?limit=100", "code"),
            offices=_field(anybody, "/offices?limit=100", "id"),
            cases=_field(anybody, "/cases?limit=100", "no"),
            categories=kindergarten,
            towns=[town["code"] for town in directory["towns"]],
        )


def _field(anybody: Session, path: str, name: str) -> list[str]:
    return [str(row[name]) for row in anybody.read(path)["items"]]


@dataclass
class Run:
    """What all users of one run share."""

    people: People
    town: Town
    ledger: Ledger = field(default_factory=Ledger)
    arrivals: "Queue[tuple[float, str]]" = field(default_factory=Queue)
    to_intake: "Queue[Tried]" = field(default_factory=Queue)
    to_handler: "Queue[Tried]" = field(default_factory=Queue)
    to_approver: "Queue[Tried]" = field(default_factory=Queue)
    statuses: Counter[int] = field(default_factory=Counter)
    journeys: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)
    repeated: int = 0
    busy: int = 0
    over: bool = False


class Person(FastHttpUser):
    """A phone or a desk in one run; each has an address of its own."""

    abstract = True
    shared: Run
    wait_time = constant(0)
    network_timeout = connection_timeout = 20.0
    _numbers = itertools.count()

    def on_start(self) -> None:
        number = next(self._numbers)
        self.address = f"2001:db9:{number // 65536:x}:{number % 65536:x}::1"
        self.etags: dict[str, str] = {}

    def look(self, journey: str, page: str, path: str, session: Session | None = None) -> Any:
        """Reads a page as the app does: with what it has of it already."""
        headers = dict(session.headers) if session else {"X-Forwarded-For": self.address}
        key = f"{session.name if session else ''} {path}"
        if key in self.etags:
            headers["If-None-Match"] = self.etags[key]
        answer = self._send("GET", journey, page, path, headers)
        if answer.status_code == 200 and (etag := answer.headers.get("ETag")):
            self.etags[key] = etag
            return answer.json()
        return None

    def write(self, page: str, path: str, body: Any, session: Session) -> Any:
        """Sends a write until it is answered, each time with the same key. None when it was not acknowledged."""
        key, hung_up = uuid.uuid4().hex, 0
        for attempt in range(TRIES):
            headers = {**session.headers, "Idempotency-Key": key, "Content-Type": "application/json"}
            answer = self._send("POST", "writes", page, path, headers, body)
            if answer.status_code in (200, 201):
                self.shared.statuses[0] -= hung_up
                self.shared.repeated += hung_up
                return answer.json()
            if answer.status_code not in TRY_AGAIN:
                return None
            hung_up += isinstance(getattr(answer, "error", None), HTTPConnectionClosed)  # an idle one, as we asked
            gevent.sleep(min(float((answer.headers or {}).get("Retry-After", 0)) or 0.5 * 2**attempt, 5))
        return None

    def _send(self, method: str, journey: str, page: str, path: str, headers: dict[str, str], body: Any = None) -> Any:
        sent = body.encode() if isinstance(body, str) else body
        answer = self.client.request(
            method, f"/api/v1{path}", name=f"{journey}: {page}", headers=headers, data=sent, allow_redirects=False
        )
        self.shared.statuses[answer.status_code] += 1
        return answer


class Phone(Person):
    """Somebody's phone: takes what arrives next, whoever it is for."""

    weight = 1

    def on_start(self) -> None:
        super().on_start()
        self.owner = random.choice(self.shared.people.residents)

    @task
    def next_arrival(self) -> None:
        """Waits until somebody wants something, and does it."""
        run = self.shared
        try:
            due, journey = run.arrivals.get(timeout=0.5)
        except Empty:
            return
        run.busy += 1
        try:
            run.late.append(max(time.monotonic() - due, 0))
            JOURNEYS[journey](self)
            run.journeys[journey] += 1
        finally:
            run.busy -= 1

    def reader(self) -> Session | None:
        """Who reads what everyone may read: often nobody in particular."""
        return self.owner if random.random() < READERS_SIGNED_IN else None


def _news_and_guides(phone: Phone) -> None:
    town, journey, reader = phone.shared.town, "news and guides", phone.reader()
    draw = random.random()
    if draw < 0.3:
        phone.look(journey, "home", "/home", reader)
    elif draw < 0.45:
        phone.look(journey, "articles of a column", f"/articles?column={random.choice(town.columns)}", reader)
    elif draw < 0.75 and town.articles:
        phone.look(journey, "an article", f"/articles/{_popular(town.articles)}", reader)
    elif draw < 0.82:
        phone.look(journey, "guides", "/guides", reader)
    else:
        phone.look(journey, "a guide", f"/guides/{random.choice(town.guides)}", reader)


def _own_matters(phone: Phone) -> None:
    journey, draw = "own matters and inbox", random.random()
    if draw < 0.45:
        phone.look(journey, "my cases", "/me/cases", phone.owner)
    elif draw < 0.9:
        phone.look(journey, "inbox", "/me/inbox", phone.owner)
    else:
        phone.look(journey, "me", "/me", phone.owner)


def _lists_and_search(phone: Phone) -> None:
    town, journey, reader, draw = phone.shared.town, "lists and search", phone.reader(), random.random()
    if draw < 0.4:
        phone.look(journey, "cases of a town", f"/cases?town={random.choice(town.towns)}", reader)
    elif draw < 0.65 and town.cases:
        phone.look(journey, "a case", f"/cases/{_popular(town.cases)}", reader)
    else:
        phone.look(journey, "search", f"/search?q={random.choice(WORDS)}", reader)


def _items_and_offices(phone: Phone) -> None:
    town, journey, reader = phone.shared.town, "items and offices", phone.reader()
    if random.random() < 0.7 or not town.offices:
        phone.look(journey, "an item", f"/items/{_popular(town.items)}", reader)
    else:
        phone.look(journey, "an office", f"/offices/{random.choice(town.offices)}", reader)


def _writes(phone: Phone) -> None:
    run, owner = phone.shared, phone.owner
    tried = run.ledger.begin(owner.account["id"])
    body = body_of(tried, random.choice(run.town.categories), random.choice(run.town.towns))
    if receipt := phone.write("a case filed", "/cases", body, owner):
        tried.no = receipt["no"]
        run.ledger.acknowledge(tried, "submit")
        run.to_intake.put(tried)


def _opening(phone: Phone) -> None:
    """What was pushed is opened: the article, then home."""
    town = phone.shared.town
    phone.look("opening", "the article pushed", f"/articles/{town.articles[0]}")
    phone.look("opening", "home", "/home")


JOURNEYS: dict[str, Callable[[Phone], None]] = {
    "news and guides": _news_and_guides,
    "own matters and inbox": _own_matters,
    "lists and search": _lists_and_search,
    "items and offices": _items_and_offices,
    "writes": _writes,
    "opening": _opening,
}


class Desk(Person):
    """A person at a desk: looks at the queue, and takes the next case of this run a step further."""

    abstract = True
    role = ""

    @task
    def work(self) -> None:
        """One look and at most one case."""
        if self.shared.over:
            gevent.sleep(0.2)
            return
        session = self.shared.people.staff[self.role]
        self.look("staff", "queue", "/desk/cases", session)
        try:
            tried = self.queue().get(timeout=LOOK_SECONDS)
        except Empty:
            return
        self.shared.busy += 1
        try:
            self.handle(tried, session)
        finally:
            self.shared.busy -= 1

    def queue(self) -> "Queue[Tried]":
        """What waits for this desk."""
        raise NotImplementedError

    def handle(self, tried: Tried, session: Session) -> None:
        """The steps of this desk."""
        raise NotImplementedError

    def steps(self, tried: Tried, session: Session, taken: Iterable[tuple[str, str, str]]) -> bool:
        """Takes (action, kind in the history, body); whether all were acknowledged."""
        for action, kind, body in taken:
            if self.write(action, f"/desk/cases/{tried.no}/{action}", body, session) is None:
                return False
            self.shared.ledger.acknowledge(tried, kind)
        return True


class Intake(Desk):
    """受理员."""

    fixed_count = 1
    role = "clerk"

    def queue(self) -> "Queue[Tried]":
        return self.shared.to_intake

    def handle(self, tried: Tried, session: Session) -> None:
        department = self.shared.people.staff["handler"].account["departments"][0]
        accept = ("accept", "accept", '{"urgency":"request"}')
        if self.steps(tried, session, [accept, ("dispatch", "dispatch", f'{{"department":"{department}"}}')]):
            self.shared.to_handler.put(tried)


class Handling(Desk):
    """承办人."""

    fixed_count = 1
    role = "handler"

    def queue(self) -> "Queue[Tried]":
        return self.shared.to_handler

    def handle(self, tried: Tried, session: Session) -> None:
        body = '{"facts":"经查看，情况属实。","rule":"按职责分工办理。","done":"已安排处理。","next":"两周后回访。"}'
        if self.steps(tried, session, [("reply", "draft_reply", body)]):
            self.shared.to_approver.put(tried)


class Approval(Desk):
    """审批人."""

    fixed_count = 1
    role = "approver"

    def queue(self) -> "Queue[Tried]":
        return self.shared.to_approver

    def handle(self, tried: Tried, session: Session) -> None:
        self.steps(tried, session, [("approve", "approve", "{}"), ("publish", "publish", "{}")])


def _popular(rows: list[str]) -> str:
    """The newest are read most."""
    return rows[min(int(random.expovariate(1 / 5)), len(rows) - 1)]
