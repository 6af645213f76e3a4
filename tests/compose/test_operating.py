"""What an operator does to the deployed stack, command by command, while it is in use."""

import json
import uuid
from pathlib import Path

import operating
import pytest
import yaml
from deployed import Deployed
from parts import Ledger
from pymongo import MongoClient
from visitors import Visitors

from kit import broker
from kit.testing import Stack, wait_until
from people import Person
from story import Desk, Story

QUEUE = "accounts.case_notices"
KEPT_SECONDS = 15  # how long the gateway keeps the directory

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def dev(deployed: Deployed) -> operating.Dev:
    return lambda *arguments: deployed.dev(*arguments, "--compose")


def test_a_service_is_put_back_while_the_others_work(
    stack: Stack, mongo_client: MongoClient, dev: operating.Dev, tmp_path: Path
) -> None:
    operating.check_that_a_service_is_put_back_alone(stack, Ledger(stack, mongo_client), dev, tmp_path)


def test_half_a_backup_is_refused_and_takes_nobody_away(deployed: Deployed, tmp_path: Path) -> None:
    deployed.dev("backup", "news", str(tmp_path), "--compose")
    (file,) = tmp_path.glob("news-*.backup")
    file.write_bytes(file.read_bytes()[:-100])
    before = deployed.instances("news")
    assert "not readable" in deployed.dev("restore", "news", str(file), "--compose", code=1)
    assert deployed.instances("news") == before


def test_events_beyond_help_are_listed_and_given_back(stack: Stack, deployed: Deployed) -> None:
    id_ = uuid.uuid4().hex
    body = {"type": "petition.case_accepted.v1", "subject": "none", "time": "2026-11-25T00:00:00Z"}
    publisher = broker.ConfirmedPublisher(stack["amqp_url"])
    letter = broker.Letter("", f"{QUEUE}.parked", json.dumps(body).encode(), {"x-error": "KeyError"}, id_)
    assert publisher.publish([letter]) == {0}
    publisher.close()
    assert id_ in deployed.dev("dead-letters", "list", "--compose")
    assert "1 dead letters given back" in deployed.dev("dead-letters", "replay", QUEUE, id_, "--compose")
    # It is not an event: its consumer parks it again, at once.
    wait_until(lambda: id_ in deployed.dev("dead-letters", "list", QUEUE, "--compose"), 60, every=1)
    assert "1 dead letters dropped" in deployed.dev("dead-letters", "drop", QUEUE, id_, "--compose")


def test_a_new_signing_key_signs_nobody_out(stack: Stack, dev: operating.Dev) -> None:
    operating.check_that_a_new_signing_key_signs_nobody_out(stack, dev)


def test_a_department_is_added_while_everybody_works(stack: Stack, deployed: Deployed) -> None:
    file = stack.path.parent / "district" / "departments.yml"
    told = yaml.safe_load(file.read_text("utf-8"))
    before = told["departments"][0]
    told["departments"].append({**before, "code": "xinju", "name": "新设局", "short": "新设局"})
    visitors, instances = Visitors.arrive(stack), deployed.instances("accounts")
    file.write_text(yaml.safe_dump({**told, "departments": [*told["departments"], {"code": "wrong"}]}), "utf-8")
    assert "Departments" in deployed.dev("district", "reload", "--compose", code=1)
    assert deployed.instances("accounts") == instances
    file.write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    with visitors.at_work():
        deployed.dev("district", "reload", "--compose")
    visitors.check_nothing_failed()
    wait_until(lambda: "新设局" in _departments(stack), KEPT_SECONDS + 5)
    story = Story.begin(stack, Desk.open(stack))
    story.submit(with_picture=False)
    story.desk.clerk.do(f"/desk/cases/{story.no}/accept", {"urgency": "request"})
    story.desk.clerk.do(f"/desk/cases/{story.no}/dispatch", {"department": "xinju"})
    newcomer = Person(stack, token=stack.token("staff", "s_xinju", ("handler",), departments=["xinju"]))
    assert [row["no"] for row in newcomer.get("/desk/cases")["items"]] == [story.no]
    assert Person(stack).get(f"/cases/{story.no}")["department"]["name"] == "新设局"


def _departments(stack: Stack) -> list[str]:
    return [row["name"] for row in Person(stack).get("/directory")["departments"]]
