"""The app's files over HTTP: what may be kept for ever and what must be asked for, and which paths are pages."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from gateway.app_files import read_build
from kit.testing import Stack

from .conftest import Client, OwnGateway

SCRIPT = "export const answer = 42;\n" * 40
PAGE = "<!doctype html><title>one</title>"


def write_build(folder: Path, page: str = PAGE) -> Path:
    """A build as `npm run build` leaves it."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(page, "utf-8")
    (folder / "desk.html").write_text("<!doctype html><title>desk</title>", "utf-8")
    (folder / "places.json").write_text(json.dumps({"index.html": ["", "news"], "desk.html": ["desk"]}), "utf-8")
    (folder / "manifest.webmanifest").write_text("{}", "utf-8")
    (folder / "assets" / "index-Ab12.js").write_text(SCRIPT, "utf-8")
    (folder / "assets" / "index-Ab12.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (folder / "assets" / "index-Ab12.js.br").write_bytes(b"as brotli would have it")
    return folder


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pointer that the gateway follows, at a first build."""
    folder = tmp_path_factory.mktemp("builds")
    link = folder / "current"
    link.symlink_to(write_build(folder / "first"))
    return link


@pytest.fixture(scope="module")
def client(stack: Stack, current: Path) -> Iterator[Client]:
    gateway = OwnGateway(stack, APP_DIR=str(current))
    yield gateway.client()
    gateway.close()


def test_files_whose_name_holds_a_hash_are_kept_for_ever(client: Client) -> None:
    answer = client.get("/assets/index-Ab12.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == SCRIPT
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_the_smallest_form_that_the_browser_takes(client: Client, accepted: str, encoding: str | None) -> None:
    answer = client.head("/assets/index-Ab12.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding


def test_a_page_links_ahead_what_it_needs_at_its_address(tmp_path: Path) -> None:
    folder = write_build(tmp_path / "build", "<head><title>one</title></head>")
    (folder / "ahead.json").write_text(json.dumps({"/news": "<link a />", "/news/{}": "<link b />"}), "utf-8")
    build = read_build(folder, "问政直通车")
    links = {"news": "<link a />", "news/CPN20261123-7K3F9Q": "<link b />", "news/x/y": "", "": ""}
    for path, link in links.items():
        file = build.find(path)
        assert file is not None
        assert file.forms[-1][1].decode() == f"<head><title>one</title>{link}</head>", path
    assert build.find("ahead.json") is None
    assert abs((build.made - datetime.now(UTC)).total_seconds()) < 60


def test_pages_are_asked_for_each_time_and_cost_nothing_unchanged(client: Client) -> None:
    first = client.get("/")
    assert (first.text, first.headers["Cache-Control"]) == (PAGE, "no-cache")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("path", "title"), [("/", "one"), ("/news", "one"), ("/desk", "desk"), ("/desk/x/y", "desk")])
def test_the_apps_own_addresses_show_its_pages(client: Client, path: str, title: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, f"<title>{title}" in answer.text) == (200, True)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/cases/CP20200101-AAAAAA",
        "/nothing",
        "/newspaper",
        "/assets/index-Other.js",
        "/places.json",
        "/assets/../places.json",
        "/assets/%2e%2e/places.json",
        "/.vite/manifest.json",
        "/assets/index-Ab12.js.gz",
    ],
)
def test_all_else_stays_a_problem_in_json(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_pages_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/news").status_code == 404


def test_a_build_gets_its_name_from_the_district(start_gateway: Callable[..., OwnGateway], tmp_path: Path) -> None:
    build = write_build(tmp_path / "build", '<title>{{app_name}}</title><meta content="{{app_name}}">')
    (build / "manifest.webmanifest").write_text('{"name": "{{app_name}}"}', "utf-8")
    (tmp_path / "app.yml").write_text("""name: '东"河<b>'\n""", "utf-8")
    client = start_gateway(APP_DIR=str(build), DISTRICT_DIR=str(tmp_path)).client()
    assert client.get("/").text == '<title>东&quot;河&lt;b&gt;</title><meta content="东&quot;河&lt;b&gt;">'
    assert client.get("/manifest.webmanifest").json() == {"name": '东"河<b>'}


def test_without_a_build_there_are_no_pages(start_gateway: Callable[..., OwnGateway], tmp_path: Path) -> None:
    client = start_gateway(APP_DIR=str(tmp_path / "not yet")).client()
    assert client.get("/").status_code == 404
    assert client.get("/healthz").status_code == 200


def test_the_stacks_own_app_is_there(stack: Stack) -> None:
    page = requests.get(stack["base_url"], timeout=10)
    assert '<html lang="zh-CN">' in page.text
    script = page.text.split('src="')[1].split('"')[0]
    answer = requests.get(stack["base_url"] + script, headers={"Accept-Encoding": "gzip"}, timeout=10)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")


def test_a_new_build_is_shown_without_a_restart(client: Client, current: Path, tmp_path: Path) -> None:
    assert client.get("/").text == PAGE
    fresh = tmp_path / "fresh"
    fresh.symlink_to(write_build(tmp_path / "second", "<!doctype html><title>two</title>"))
    fresh.replace(current)
    assert "two" in client.get("/").text
