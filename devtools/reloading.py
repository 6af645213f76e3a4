"""`./dev district reload`: what has changed in the district's data takes effect, while everybody works on."""

import argparse

from devtools import installation
from devtools.compose_secrets import SERVICES
from devtools.progress import say


def run(asked: argparse.Namespace) -> int:
    """Every service takes the data over before the first is renewed. Raises Refusal for data that are wrong."""
    running = installation.chosen(compose=asked.compose)
    for service in SERVICES:
        running.prepare(service)
    say("the district's data are in order")
    for service in SERVICES:
        running.renew(service)
    say(f"taken over by {', '.join(SERVICES)}")
    return 0
