"""Documents and queries: what is stored comes back, and every query finds by an index."""

from datetime import timedelta
from typing import Any

from kit.clock import utcnow
from kit.contract import PageRequest
from kit.events import Event
from kit.identity import Caller
from kit.mongo import Db, apply
from petition import (
    board,
    co_signing,
    coverage,
    desk,
    excluding,
    feed,
    figures,
    leaving,
    limits,
    notices,
    open311,
    open_data,
    partners,
    pictures,
    press,
    rating,
    reading,
    reporting,
    rolling,
    similar,
    supervising,
)
from petition.contract.bans import BanAuthor, LiftBan
from petition.contract.co_signs import CoSignCase, ListCoSigns
from petition.contract.desk import CountDeskCases, ListDeskCases
from petition.contract.feed import GetFeed
from petition.contract.figures import AskExclusion, DecideExclusion, GetFigureDays, GetFigures, ListExclusions
from petition.contract.filing import SearchSimilar
from petition.contract.leaders import InstructCase, ListClusters, SeeCluster
from petition.contract.lists import Front, ListCases, Search
from petition.contract.open311 import SearchRequests
from petition.contract.open_data import ListOpenCases
from petition.contract.partners import CreatePartner, GetPartner, RevokePartner
from petition.contract.press import AskPress
from petition.contract.shapes import OneCase
from petition.importing import Line, import_lines
from petition.recount import Recount
from petition.store import documents, queues, schema
from petition.store.documents import case_of

PROFILED = 1 << 26  # bytes; a megabyte, as it is unless told, would forget the first queries
SEALED = {"day_leaves", "day_roots"}  # test_sealing asks for these
CHUNKS = {"images.chunks", "uploads.chunks"}  # of pictures


def test_a_case_comes_back_as_it_was_stored(office: Any) -> None:
    no = office.submit(point={"lon": 116.33, "lat": 40.22})
    office.ask(no)
    assert case_of(office.db.cases.find_one({"_id": no})) == office.case(no)
    answered = office.answered()
    office.rate(answered)
    document = office.db.cases.find_one({"_id": answered})
    kept = documents.document_of(case_of(document), office.parts.rules)
    copies = {name: value for name, value in kept.items() if name.startswith("by_")}
    assert document.pop("by_unsealed")  # what no copy tells: it grows with the steps
    assert copies == {name: value for name, value in document.items() if name.startswith("by_")}
    assert "by_expires" not in document


def test_a_case_read_for_a_list_cannot_wipe_its_history_when_written(office: Any) -> None:
    no = office.submit()
    (listed,), _ = office.parts.cases.waiting(queues.at_work(["intake"], None, {}), 10, None)
    assert listed.history == ()
    office.accept(no)
    assert len(office.case(no).history) == 2


def test_a_database_of_the_first_version_is_brought_up(database: Db) -> None:
    database.cases.create_index([("by_listed", 1), ("filed_at", -1), ("_id", -1)], name="listed")
    assert apply(schema.SCHEMA, database) != []
    assert database.cases.index_information()["listed"]["partialFilterExpression"] == {"by_listed": True}
    assert apply(schema.SCHEMA, database) == []


def test_listed_cases_of_an_earlier_version_are_found_and_counted_after_the_migration(office: Any) -> None:
    no = office.answered()
    hidden = office.submit()
    office.db.cases.update_many({}, {"$unset": {"by_grams": "", "by_replied": "", "by_in_time": ""}})
    assert found(office, "幼儿园") == []
    schema.SCHEMA.migrations[1].run(office.db)
    schema.SCHEMA.migrations[1].run(office.db)
    assert found(office, "幼儿园") == [no]
    assert reading.front(office.parts, Front()).replies.replied == 1
    assert "by_grams" not in office.db.cases.find_one({"_id": hidden})


def test_open_cases_of_an_earlier_version_learn_when_they_escalate(office: Any) -> None:
    open_one, done = office.submit(), office.answered()
    office.rate(done)
    office.db.cases.update_many({}, {"$unset": {"by_escalates": "", "ticks": ""}})
    schema.SCHEMA.migrations[2].run(office.db)
    assert office.parts.cases.escalating(utcnow(), 10) == [open_one]
    assert supervising.escalate(office.parts, utcnow()) == 0, "nothing has fallen yet"
    assert office.parts.cases.escalating(utcnow(), 10) == []
    assert supervising.escalate(office.parts, utcnow() + timedelta(days=20)) == 1


def found(office: Any, query: str) -> list[str]:
    return [hit.id for hit in reading.search(office.parts, Search(q=query)).items]


def test_a_search_reads_what_it_shows_and_counts_by_the_index(office: Any) -> None:
    for no in [office.submit() for _ in range(8)]:
        office.accept(no)
    office.db.command("profile", 2)
    page = reading.search(office.parts, Search(q="幼儿园什么时候", limit=3))
    again = reading.search(office.parts, Search(q="幼儿园什么时候", limit=3, cursor=page.next_cursor))
    office.db.command("profile", 0)
    assert not {hit.id for hit in page.items} & {hit.id for hit in again.items}
    counted = list(office.db.system.profile.find({"command.aggregate": "cases"}))
    looked_up = list(office.db.system.profile.find({"command.find": "cases", "command.hint": "words"}))
    shown = list(office.db.system.profile.find({"command.find": "cases", "command.hint": "_id_"}))
    assert sum(row["docsExamined"] for row in counted + looked_up) == 0
    assert [row["docsExamined"] for row in shown] == [4, 4]  # those shown and one more


def test_a_filtered_queue_reads_only_what_it_shows(office: Any) -> None:
    for town in ("110114112", "110114009"):
        for _ in range(6):
            no = office.submit(town=town)
            office.accept(no)
            office.dispatch(no)
    office.db.command("profile", 2)
    for by in (office.handler, office.supervisor):
        request = ListDeskCases(queue="handling", town="110114009", limit=2)
        assert len(desk.list_desk_cases(office.parts, request, by).items) == 2
    office.db.command("profile", 0)
    read = [row["docsExamined"] for row in office.db.system.profile.find({"command.find": "cases"})]
    assert read == [3, 3]  # those shown and one more


def test_open_data_reads_only_what_it_shows(office: Any) -> None:
    for category in ("kindergarten", "signal"):
        for _ in range(5):
            office.accept(office.submit(category=category))
    office.db.command("profile", 2)
    for categories in ([], ["signal"], ["signal", "kindergarten"]):
        request = SearchRequests(categories=categories, page_size=2)
        assert len(open311.search_requests(office.parts, request).items) == 2
    office.db.command("profile", 0)
    read = [row["docsExamined"] for row in office.db.system.profile.find({"command.find": "cases"})]
    assert read == [2, 2, 2]


def test_no_query_scans_a_collection(office: Any) -> None:
    for _ in range(5):
        office.answered()
    asked, private = office.submit(), office.submit(visibility="private")
    office.accept(private)
    office.ask(asked)
    office.db.create_collection("system.profile", capped=True, size=PROFILED)
    office.db.command("profile", 2)
    everything(office, asked)
    office.db.command("profile", 0)
    profile = list(office.db.system.profile.find({"ns": {"$not": {"$regex": r"\.system\."}}}))
    assert {row["ns"].partition(".")[2] for row in profile} >= schema.SCHEMA.indexes.keys() - SEALED - CHUNKS
    scans = [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")]
    sorts = [row["command"] for row in profile if row.get("hasSortStage")]
    assert len(profile) > 30
    assert scans == []
    assert sorts == []


def banning(office: Any) -> None:
    """Every query about limits and bans."""
    parts, now = office.parts, utcnow()
    parts.cases.number_of_same("0" * 64)
    ban = BanAuthor(no=office.submit(by=office.other), reason="多次发布广告", days=1, idempotency_key="b")
    limits.ban_author(parts, ban, office.supervisor)
    page = limits.list_bans(parts, PageRequest(limit=1))
    assert [parts.day_counts.take("device", "d", now.date(), 1, now) for _ in range(2)] == [True, False]
    parts.day_counts.give_back("device", "d", now.date())
    lift = LiftBan(id=page.items[0].id, reason="已说明", idempotency_key="l")
    limits.lift_ban(parts, lift, office.supervisor)


def opening(office: Any) -> None:
    """Every query about open data and partners."""
    parts, states = office.parts, (None, True, False)
    for categories in ([], ["kindergarten"], sorted(parts.rules.directory.subjects)):
        for is_open in states:
            asked = SearchRequests(categories=categories, open=is_open, page_size=2, page=1)
            open311.search_requests(parts, asked)
    open311.search_requests(parts, SearchRequests(numbers=["CP20200101-000000"]))
    for of in ({}, {"town": "110114112"}, {"department": "jw"}):
        feed.get_feed(parts, GetFeed(**of))
    made = CreatePartner(name="示例接入方", contact="partner@example.com", quota=5, idempotency_key="p")
    given = partners.create_partner(parts, made, office.supervisor)
    partners.get_partner(parts, GetPartner(api_key=given.key))
    page = partners.list_partners(parts, PageRequest(limit=1))
    partners.list_partners(parts, PageRequest(limit=1, cursor=page.next_cursor))
    revoke = RevokePartner(id=given.partner.id, idempotency_key="r")
    partners.revoke_partner(parts, revoke, office.supervisor)


def watching(office: Any) -> None:
    """Every query about what falls by the clock."""
    parts = office.parts
    late = [office.submit() for _ in range(3)]
    assert supervising.escalate(parts, utcnow() + timedelta(days=20)) >= len(late)
    page = desk.list_desk_cases(parts, ListDeskCases(queue="watched", limit=1), office.leader)
    desk.list_desk_cases(parts, ListDeskCases(queue="watched", limit=1, cursor=page.next_cursor), office.supervisor)
    parts.cases.plan_escalation(office.case(late[0]))
    parts.cases.put_off_escalation(late[0], utcnow())


def leading(office: Any) -> None:
    """Every query about what is brought to the leaders' board."""
    parts = office.parts
    board.get_board(parts)
    no = office.submit(text="楼道里燃气泄漏，请马上来看。")
    office.accept(no)
    voices = parts.rules.directory.leaders.cluster.voices
    office.db.cases.update_one({"_id": no}, {"$set": {"joined.count": voices}})
    told = Event("l", "petition.co_sign_added.v1", no, 1, utcnow(), {"no": no})
    reporting.report(parts, told)
    reporting.report(parts, told)
    for waiting in (True, False):
        page = reporting.list_clusters(parts, ListClusters(limit=1, waiting=waiting))
        reporting.list_clusters(parts, ListClusters(limit=1, waiting=waiting, cursor=page.next_cursor))
    reporting.see_cluster(parts, SeeCluster(id=page.items[0].id, idempotency_key="s"), office.leader)
    desk.list_desk_cases(parts, ListDeskCases(queue="reported", limit=1), office.leader)
    desk.list_desk_cases(parts, ListDeskCases(queue="covered", limit=1), office.leader)
    for by in (office.leader, office.handler):
        page_of = desk.list_desk_cases(parts, ListDeskCases(queue="press", limit=1), by)
        desk.list_desk_cases(parts, ListDeskCases(queue="press", limit=1, cursor=page_of.next_cursor), by)
    question = {"investigation": "I1", "question": 1, "text": "何时完工？", "workdays": 2, "idempotency_key": "k"}
    press.ask_press(parts, AskPress(no=no, **question), Caller("service", "news"))
    named = {"headline": "燃气泄漏", "published_at": utcnow().isoformat(), "cases": [no]}
    coverage.follow(parts, Event("c", "news.coverage_linked.v1", "a1", 1, utcnow(), named))
    day = parts.rules.calendar.end_of_workdays(utcnow(), 2).at.date()
    office.do(reporting.instruct_case, InstructCase, office.leader, no, text="请今天答复。", day=day)
    for by in (office.leader, office.supervisor, office.clerk, office.handler):
        page_of = desk.list_desk_cases(parts, ListDeskCases(queue="instructed", limit=1), by)
        desk.list_desk_cases(parts, ListDeskCases(queue="instructed", limit=1, cursor=page_of.next_cursor), by)


def joining(office: Any) -> None:
    """Every query about co-signs."""
    parts, neighbour = office.parts, office.other
    for number in range(3):
        no = office.submit()
        office.accept(no)
        co_signing.co_sign_case(parts, CoSignCase(no=no, idempotency_key=f"j{number}"), neighbour)
    mine = co_signing.list_my_co_signs(parts, PageRequest(limit=1), neighbour)
    co_signing.list_my_co_signs(parts, PageRequest(limit=1, cursor=mine.next_cursor), neighbour)
    co_signing.list_co_signs(parts, ListCoSigns(no=no), office.clerk)
    parts.co_signs.batch(no, (utcnow(), "r_z"), 2)
    notices.tell_co_signers(
        parts, Event("e", "petition.case_replied.v1", no, 1, utcnow(), {"no": no, "state": "answered"})
    )
    co_signing.follow_merge(parts, no)
    parts.co_signs.via(no)
    leaving.forget_author(parts, neighbour.id)


def counting(office: Any) -> None:
    """Every query about figures and exclusions."""
    parts = office.parts
    ask = AskExclusion(no=office.answered(), reason="not_true", text="两个部门核实", idempotency_key="x")
    wish = excluding.ask_exclusion(parts, ask, office.supervisor)
    decide = DecideExclusion(id=wish.id, granted=True, answer="同意", idempotency_key="x")
    excluding.decide_exclusion(parts, decide, Caller("staff", "s_2", frozenset({"supervisor"})))
    for waiting in (True, False):
        excluding.list_exclusions(parts, ListExclusions(limit=1, waiting=waiting))
    rolling.roll(parts, utcnow(), 60)
    (month,) = parts.figures.months()
    figures.get_figures(parts, GetFigures(by="town", month=month.month), office.visitor)
    days = GetFigureDays.model_validate({"from": "2026-11-01", "to": "2026-11-30"})
    figures.get_figure_days(parts, days, office.visitor)
    figures.get_figure_days(parts, days.model_copy(update={"by": "town", "value": "110114112"}), office.visitor)
    page = open_data.list_open_cases(parts, ListOpenCases(month=month.month, limit=2))
    open_data.list_open_cases(parts, ListOpenCases(month=month.month, limit=2, cursor=page.next_cursor))
    Recount(parts).run()
    parts.figures.redefine(month.month, month.definitions.model_copy(update={"version": 2}), utcnow())
    rolling.roll(parts, utcnow() + timedelta(days=100), 60)


def everything(office: Any, no: str) -> None:
    """Every query that the service makes."""
    parts = office.parts
    filters_of_queues = {"town": "110114112", "category": "kindergarten", "mine": True}
    views = (
        (office.clerk, None), (office.clerk, "intake"), (office.handler, None), (office.handler, "tasks"),
        (office.handler, "promises"),
        (office.supervisor, None),
    )  # fmt: skip
    filters = {"town": "110114112", "category": "kindergarten", "department": "jw", "state": "answered"}
    for chosen in ({name: filters[name] for name in names} for names in (*schema.LISTED, tuple(filters))):
        first = reading.list_cases(parts, ListCases(limit=2, **chosen))
        reading.list_cases(parts, ListCases(limit=2, cursor=first.next_cursor, **chosen))
    for by in (office.clerk, office.supervisor):
        desk.list_desk_cases(parts, ListDeskCases(queue="requests", limit=1), by)
    for by, queue in views:
        page = desk.list_desk_cases(parts, ListDeskCases(queue=queue, limit=1), by)
        desk.list_desk_cases(parts, ListDeskCases(queue=queue, limit=1, cursor=page.next_cursor), by)
        desk.list_desk_cases(parts, ListDeskCases(queue=queue, limit=1, **filters_of_queues), by)
    for by in (office.clerk, office.handler, office.approver, office.supervisor, office.leader):
        desk.get_desk_counts(parts, CountDeskCases(), by)
        desk.get_desk_counts(parts, CountDeskCases(**filters_of_queues), by)
    watching(office)
    leading(office)
    drafted = office.submit()
    office.accept(drafted)
    office.dispatch(drafted)
    office.draft(drafted)
    assert desk.get_desk_case(parts, OneCase(no=drafted), office.approver).hints
    hits = reading.search(parts, Search(q="幼儿园", limit=2))
    reading.search(parts, Search(q="幼儿园 施工", limit=2, cursor=hits.next_cursor))
    draft = {"town": "110114112", "category": "kindergarten", "place": "幼儿园", "text": "幼儿园什么时候开始施工"}
    similar.search_similar(parts, SearchSimilar(**draft), office.visitor)
    joining(office)
    banning(office)
    opening(office)
    reading.front(parts, Front())
    reading.list_my_cases(parts, ListCases(limit=2), office.author)
    reading.get_case(parts, OneCase(no=no), office.author)
    reading.get_history(parts, OneCase(no=no), office.author)
    desk.get_desk_case(parts, OneCase(no=no), office.clerk)
    office.submit()
    office.accept(office.submit())
    parts.cases.with_picture("0" * 32)
    parts.cases.with_office_picture("0" * 32)
    parts.cases.provisional("", 2)
    parts.images.found(("0" * 32,))
    pictures.forget_uploads(parts)
    pictures.forget_unused(parts)
    counting(office)
    rating.end_limits(parts, utcnow())
    leaving.forget_author(parts, "r_nobody")
    closed = {"ref": "1", **draft, "title": "幼儿园", "filed_at": "2023-03-01T09:00", "closed_at": "2023-03-02T09:00"}
    outcome = import_lines(parts, [Line(2, {**closed, "ending": "withdrawn"})], "旧系统", utcnow())
    assert [line["outcome"] for line in outcome] == ["imported"]
