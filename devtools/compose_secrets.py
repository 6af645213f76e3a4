"""What the deployed stack's containers are given: a folder each, readable by that container's user alone."""

import argparse
import json
import os
import secrets

import pyotp

from devtools import parts
from devtools import secrets as keys
from devtools.broker import VHOST
from devtools.compose import DEPLOYED
from devtools.database import SET, name_for
from devtools.environment import ROOT
from devtools.home import Home
from devtools.progress import Refusal
from kit import topology

CONTAINER_USER = 10001  # as in every Dockerfile of ours
SERVICES = tuple(part.name for part in parts.PARTS if isinstance(part, parts.Service))
PARTS = (*SERVICES, "gateway")


def run(_asked: argparse.Namespace) -> int:
    """Makes the secrets of docker-compose.yml that are missing; prints where they are, never what they are."""
    home = Home.chosen(usual=DEPLOYED)
    make(home)
    for file in sorted(file for file in home.secrets.rglob("*") if file.is_file()):
        print(os.path.relpath(file))
    return 0


def make(home: Home) -> None:
    """Makes what is missing and derives the rest anew from the contracts. Raises Refusal for anyone but root."""
    if os.geteuid() != 0:
        raise Refusal("The files are handed to the users of the containers; that needs root: sudo ./dev secrets")
    home.make()
    contracts = topology.read_contracts(ROOT / "contracts")
    broker = keys.passwords(home, "broker", PARTS)
    keys.prepare(home, PARTS)
    _for_broker(home, topology.definitions(contracts, VHOST, broker, keys.ADMINISTRATOR))
    _for_database(home, keys.passwords(home, "database", SERVICES))
    for part in PARTS:
        keys.write(home.secrets / part / "amqp_url", f"amqp://{part}:{broker[part]}@broker:5672/{VHOST}")
    for service in SERVICES:
        keys.write(home.secrets / service / "mongo_url", mongo_url(home, service, "database:27017"))
    keys.write_once(home.secrets / "accounts" / "administrator.json", _administrator())
    for part in PARTS:
        keys.give(home.secrets / part, CONTAINER_USER)


def broker_url(home: Home, address: str) -> str:
    """Where the broker's administrator signs in, at `host:port`."""
    password = keys.passwords(home, "broker", PARTS)[keys.ADMINISTRATOR]
    return f"amqp://{keys.ADMINISTRATOR}:{password}@{address}/{VHOST}"


def mongo_url(home: Home, user: str, address: str) -> str:
    """Where a service, or the administrator, signs in to the database at `host:port`."""
    password = keys.passwords(home, "database", SERVICES)[user]
    database = "admin" if user == keys.ADMINISTRATOR else name_for(user)
    return f"mongodb://{user}:{password}@{address}/{database}?replicaSet={SET}"


def _for_broker(home: Home, definitions: object) -> None:
    keys.write(home.secrets / "broker" / "definitions.json", json.dumps(definitions, indent=1))


def _for_database(home: Home, passwords: dict[str, str]) -> None:
    folder = home.secrets / "database"
    users = [{"user": name, "database": name_for(name), "pwd": passwords[name]} for name in SERVICES]
    keys.write(folder / "users.json", json.dumps(users))
    keys.write(folder / "administrator-password", passwords[keys.ADMINISTRATOR])
    keys.write(folder / "replica-set.key", keys.key_file(home).read_text())


def _administrator() -> dict[str, str]:
    """The first administrator of a stack that is no demonstration."""
    return {
        "username": "administrator",
        "password": f"{secrets.token_urlsafe(18)}-Aa1",
        "totp_secret": pyotp.random_base32(),
    }
