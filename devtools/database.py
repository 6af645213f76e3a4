"""MongoDB as a process of this home: a replica set of one, with authentication, reachable from this machine only."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from devtools import patience, secrets
from devtools.home import Home

SET = "connect"
START_SECONDS = 60
ELECTION_SECONDS = 20
SMALL_CACHE_GB = "0.25"  # enough for who develops or tests; `DATABASE_CACHE_GB` says otherwise
ORPHANED_SECONDS = 10  # a process killed inside a transaction leaves its documents locked for so long
NEVER_MILLISECONDS = (
    2**31 - 1
)  # its log of slow queries quotes them with what people wrote; `kit.metrics` quotes nothing
AUTHENTICATION_FAILED = 18
ALREADY_INITIALIZED = 23
OWN_NAMES = frozenset(("admin", "config", "local"))


def name_for(service: str) -> str:
    """What a service's database is called: like the service, unless the server keeps that name for itself."""
    return f"{service}_service" if service in OWN_NAMES else service


class Database:
    """This home's mongod, with one user per service for the service's own database."""

    def __init__(self, home: Home, port: int, program: Path, services: Iterable[str]) -> None:
        self._port = port
        self._program = program
        self._folder = home.data / "database"
        self._services = list(services)
        self._trouble = ""
        self._key_file = secrets.key_file(home)
        self._passwords = secrets.passwords(home, "database", self._services)

    def url(self, service: str | None = None) -> str:
        """Where a service, or the administrator, signs in."""
        user = service or secrets.ADMINISTRATOR
        database = name_for(service) if service else "admin"
        return f"mongodb://{user}:{self._passwords[user]}@127.0.0.1:{self._port}/{database}?replicaSet={SET}"

    @property
    def command(self) -> str:
        """Starts the database in the foreground."""
        options = f"--bind_ip 127.0.0.1 --port {self._port} --replSet {SET} --keyFile {self._key_file}"
        cache = os.environ.get("DATABASE_CACHE_GB", SMALL_CACHE_GB)
        thrift = f"--wiredTigerCacheSizeGB {cache} --oplogSize 200 --setParameter diagnosticDataCollectionEnabled=false"
        care = f"--setParameter transactionLifetimeLimitSeconds={ORPHANED_SECONDS} --slowms {NEVER_MILLISECONDS}"
        return f"{self._program} --dbpath {self._folder} --nounixsocket --quiet {options} {thrift} {care}"

    def configure(self) -> None:
        """Makes the folder; mongod itself recovers from the lock file of a killed run."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def wait(self) -> None:
        """Returns when the database is writable and its users are right. Raises Refusal after a minute."""
        patience.until(
            self._comes_up,
            START_SECONDS,
            lambda: f"The database did not start within {START_SECONDS} s ({self._trouble}): ./dev logs database",
        )

    def _comes_up(self) -> bool:
        try:
            self._bring_up()
        except PyMongoError as error:
            self._trouble = str(error)
            return False
        return True

    def _bring_up(self) -> None:
        with self._direct(signed_in=True) as client:
            try:
                config = client.admin.command("replSetGetConfig")["config"]
            except OperationFailure as error:
                if error.code != AUTHENTICATION_FAILED:
                    raise
                self._found()
            else:
                self._readmit(client, config)
            self._grant(client)

    def _found(self) -> None:
        """The first start: mongod lets one nameless client from this machine make the set and the administrator."""
        with self._direct(signed_in=False) as client:
            try:
                client.admin.command("replSetInitiate", {"_id": SET, "members": [self._member]})
            except OperationFailure as error:
                if error.code != ALREADY_INITIALIZED:
                    raise
            _until_writable(client)
            client.admin.command(
                "createUser", secrets.ADMINISTRATOR, pwd=self._passwords[secrets.ADMINISTRATOR], roles=["root"]
            )

    @property
    def _member(self) -> dict[str, Any]:
        return {"_id": 0, "host": f"127.0.0.1:{self._port}"}

    def _readmit(self, client: "MongoClient[dict[str, Any]]", config: dict[str, Any]) -> None:
        """When the port has changed since the last start, the set knows its member by the old one."""
        if config["members"][0]["host"] != self._member["host"]:
            member = {**config["members"][0], **self._member}
            changed = {**config, "version": config["version"] + 1, "members": [member]}
            client.admin.command("replSetReconfig", changed, force=True)
        _until_writable(client)

    def _grant(self, client: "MongoClient[dict[str, Any]]") -> None:
        for service in self._services:
            database = name_for(service)
            roles = [{"role": role, "db": database} for role in ("readWrite", "dbAdmin")]
            known = client[database].command("usersInfo", service)["users"]
            verb = "updateUser" if known else "createUser"
            client[database].command(verb, service, pwd=self._passwords[service], roles=roles)

    def _direct(self, signed_in: bool) -> "MongoClient[dict[str, Any]]":
        user = secrets.ADMINISTRATOR
        account = f"{user}:{self._passwords[user]}@" if signed_in else ""
        options = "directConnection=true&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000"
        return MongoClient(f"mongodb://{account}127.0.0.1:{self._port}/admin?{options}")


def _until_writable(client: "MongoClient[dict[str, Any]]") -> None:
    patience.until(
        lambda: bool(client.admin.command("hello").get("isWritablePrimary")),
        ELECTION_SECONDS,
        lambda: "The database's replica set did not elect its member: ./dev logs database",
    )
