"""How the gateway is served: gevent workers, JSON logs, figures on an inner port.

Environment: BIND, METRICS_BIND, WORKERS, TRUSTED_PROXIES, LOG_LEVEL; the rest is read by `gateway.settings`.
"""

import gc
import os
import shutil
import subprocess
import sys
import tempfile

from gunicorn.glogging import Logger

_own_folder = ""
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _own_folder = tempfile.mkdtemp(prefix="gateway-metrics-")


class QuietAccess(Logger):
    """Writes no access lines: the application writes its own, and gunicorn's cost a tenth of a cached answer."""

    def access(self, resp, req, environ, request_time):
        pass


logger_class = QuietAccess
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.setdefault("WORKERS", "2"))  # the workers themselves want to know it too
control_socket_disable = True  # one path for all gateways of a user; what it offers comes by signals
worker_class = "gateway.worker.Worker"
worker_connections = 2000
keepalive = 75  # longer than a proxy in front keeps its side, else it sends a request as we hang up
timeout = 60
graceful_timeout = 20
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

_level = os.environ.get("LOG_LEVEL", "INFO")
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "kit.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"level": _level, "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": _level, "handlers": [], "propagate": True},
        "amqp": {"level": "WARNING"},
    },
}


def post_worker_init(worker):
    """Sets what a worker has loaded apart: to look through it again and again would hold all its requests up."""
    gc.collect()
    gc.freeze()


_metrics = []


def when_ready(server):
    """The figures get a process of their own: any worker may be busy or gone."""
    address = os.environ.get("METRICS_BIND")
    if address:
        _metrics.append(subprocess.Popen([sys.executable, "-m", "gateway.metrics", address, _own_folder]))  # noqa: S603 - ours


def child_exit(server, worker):
    """A worker that ended no longer counts in gauges."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    """Ends what `when_ready` began."""
    for process in _metrics:
        process.terminate()
    if _own_folder:
        shutil.rmtree(_own_folder, ignore_errors=True)
