"""The figures stay exact while the service that counts them is killed in the middle of it."""

import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from matrix_world import World
from parts import kill, kill_and_wait
from pymongo import MongoClient

from kit.clock import utcnow
from kit.testing import Stack, wait_until
from petition.parts import assemble
from petition.recount import Recount
from petition.settings import PetitionSettings

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.large, pytest.mark.timeout(300)]

KILLS = 4
STATES = ("submitted", "accepted", "dispatched", "answered", "refused")


def test_killed_again_and_again_it_has_counted_everything_once(
    stack: Stack, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    world, over = World(stack, mongo_client), threading.Event()
    database, chance = mongo_client["petition"], random.Random(20261127)
    database["cases"].update_many({}, {"$set": {"by_rolls": utcnow()}})

    def kill_often() -> None:
        for _ in range(KILLS - 1):
            kill_and_wait(stack, "petition")
            database["figure_rows"].delete_many({})  # so that there is something to count when the next blow falls
            database["cases"].update_many({}, {"$set": {"by_rolls": utcnow()}})
            time.sleep(chance.uniform(9, 12))  # the timer's first round comes after ten seconds
        kill(stack, "petition")
        over.set()

    killer = threading.Thread(target=kill_often)
    killer.start()
    while not over.is_set():
        world.case(chance.choice(STATES))
    killer.join()
    told = PetitionSettings(
        amqp_url="amqp://", mongo_url="mongodb://", secrets_dir=Path(), district_dir=Path("district")
    )
    parts = assemble(database, told, wake=lambda: None)
    wait_until(lambda: parts.cases.unrolled(utcnow(), 1) == [] and parts.figures.oldest_dirty() is None, 90)
    found = Recount(parts).run()
    assert found.cases == database["cases"].count_documents({})
    assert found.differences == []
