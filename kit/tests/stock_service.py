"""A service of plain nameko, without the kit, run as a process by test_caller.py."""

import os
import time

from nameko.rpc import rpc


class StockService:
    name = os.environ["STOCK_NAME"]

    @rpc
    def echo(self, value: object = None) -> object:
        return value

    @rpc
    def wait(self, seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    @rpc
    def fail(self) -> None:
        raise ValueError("13800138000 must not leave the service")
