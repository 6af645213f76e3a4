"""Whether a service can do its work now."""

from nameko.extensions import DependencyProvider
from pydantic import Field
from pymongo.errors import PyMongoError

from kit.contract import View
from kit.mongo import Connection
from kit.outbox import RelayLoop

LAG_LIMIT_SECONDS = 60


class Health(View):
    """Answered at all means that the broker works; `ready` is false when the database or the outbox is stuck."""

    ready: bool = Field(title="是否就绪")
    database: bool = Field(title="数据库")
    outbox_lag_seconds: float = Field(title="待发事件等待秒数")


class HealthCheck(DependencyProvider):
    """Gives a service class its own state of health."""

    connection = Connection()
    relay = RelayLoop()

    def get_dependency(self, worker_ctx: object) -> "HealthCheck":
        return self

    def report(self) -> Health:
        """Asks the database; never raises."""
        try:
            self.connection.db.command("ping")
            lag = self.relay.lag_seconds()
        except PyMongoError:
            return Health(ready=False, database=False, outbox_lag_seconds=0)
        return Health(ready=lag < LAG_LIMIT_SECONDS, database=True, outbox_lag_seconds=round(lag, 3))
