"""`./dev dead-letters`: what an operator does with events that no retry could help."""

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from devtools import installation
from devtools.environment import ROOT
from devtools.progress import Refusal, say
from kit.broker import LOST
from kit.dead_letters import DeadLetters, Parked
from kit.topology import Contract, read_contracts

ALL = "all"


def run(asked: argparse.Namespace) -> int:
    """Lists, shows, replays or drops; exit code 1 when there was nothing of the kind."""
    queues = _queues(asked.queue)
    try:
        with installation.chosen(compose=asked.compose).broker_url() as url:
            if asked.action in ("list", "show"):
                return _print(_found(url, queues, asked.id), whole=asked.action == "show")
            return _settle(asked, [DeadLetters(url, queue) for queue in queues])
    except LOST as error:
        raise Refusal(f"The broker does not answer: {error}") from None


def _queues(named: str | None) -> Sequence[str]:
    known = sorted(_consumed(read_contracts(Path(os.environ.get("CONTRACTS_DIR", ROOT / "contracts")))))
    if named is None:
        return known
    if named not in known:
        raise Refusal(f"No service consumes a queue {named}. Queues: {', '.join(known)}")
    return [named]


def _consumed(contracts: Iterable[Contract]) -> set[str]:
    return {queue for contract in contracts for queue in contract.consumes}


def _found(url: str, queues: Iterable[str], id_: str | None) -> list[Parked]:
    letters = [letter for queue in queues for letter in DeadLetters(url, queue).list()]
    return [letter for letter in letters if id_ in (None, letter.id)]


def _print(letters: list[Parked], *, whole: bool) -> int:
    for letter in letters:
        print(f"{letter.queue}  {letter.id}  {letter.type}  {letter.subject}  {letter.time}", end="  ")
        print(f"{letter.error} after {letter.attempts} attempts")
        if whole:
            print(letter.body.decode("utf-8", "replace"))
    say(f"{len(letters)} dead letters")
    return 0 if letters or not whole else 1


def _settle(asked: argparse.Namespace, boxes: list[DeadLetters]) -> int:
    if asked.action == "drop" and (asked.queue is None or asked.id is None):
        raise Refusal(f"What is dropped is gone: name the queue, and the letter's id or '{ALL}'")
    id_ = None if asked.id == ALL else asked.id
    done = sum(box.replay(id_) if asked.action == "replay" else box.drop(id_) for box in boxes)
    say(f"{done} dead letters {'given back to their queues' if asked.action == 'replay' else 'dropped'}")
    return 0 if done else 1
