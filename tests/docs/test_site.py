"""The site is built without a warning, by itself complete, and every link in it leads somewhere."""

import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from needed import needed
from pages import PAGES, ROOT, printed

LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src",
         "source": "srcset", "use": "href"}  # fmt: skip
LOADED = {*LINKS} - {"a"}


class Links(HTMLParser):
    """Of a page of the site: what may be linked to, and where it links itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        target = given.get(LINKS.get(tag, ""))
        if target is not None and given.get("rel") not in ("canonical",):
            self.links.append((tag, target))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built as CONTRIBUTING says."""
    needed(all(map(find_spec, ("sphinx", "myst_parser", "furo"))), "Sphinx is not installed")
    place = tmp_path_factory.mktemp("site")
    built = build(ROOT / "docs", place)
    assert built.returncode == 0, built.stderr
    return place


def build(pages: Path, place: Path) -> "subprocess.CompletedProcess[str]":
    choices = ["-W", "--keep-going", "-n", "-q", "-b", "html", "-d", str(place / ".doctrees")]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *choices, str(pages), str(place)],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def parsed(site):
    return {path: Links(path.read_text(encoding="utf-8")) for path in site.glob("*.html")}


def test_every_page_is_on_the_site(site):
    for page in PAGES:
        if page.startswith("docs/"):
            assert (site / f"{Path(page).stem}.html").is_file(), page


def test_every_page_can_be_reached_from_the_index_at_once(site, parsed):
    reached = {target.partition("#")[0] for _, target in parsed[site / "index.html"].links}
    assert {f"{Path(page).stem}.html" for page in PAGES if page.startswith("docs/")} <= reached | {
        "index.html"
    }


def test_every_link_of_the_site_leads_somewhere(parsed):
    for path, page in parsed.items():
        for _, target in page.links:
            file, anchor = urldefrag(unquote(target))
            if ":" in file.partition("/")[0]:  # http: and the like
                continue
            there = (path.parent / file.partition("?")[0]).resolve() if file else path
            assert there.exists(), f"{path.name}: {target}"
            if anchor and there in parsed:
                assert anchor in parsed[there].ids, f"{path.name}: {target}"


def test_the_site_loads_nothing_from_elsewhere(parsed):
    for path, page in parsed.items():
        for tag, target in page.links:
            if tag in LOADED:
                assert "//" not in target, f"{path.name}: {target}"


def test_the_site_holds_the_page_that_the_program_makes(site, parsed):
    frames = [target for tag, target in parsed[site / "page.html"].links if tag == "iframe"]
    made = printed("backprop trace mazur --format html")
    assert [(site / frame).read_text(encoding="utf-8") for frame in frames] == [made]
    assert "pictures/page.png" not in (site / "page.html").read_text(encoding="utf-8")


def test_what_is_not_among_the_pages_is_linked_to_in_the_repository(site, parsed):
    linked = [target for _, target in parsed[site / "index.html"].links]
    assert any(target.endswith("/blob/main/CHANGELOG.md") for target in linked)


def test_a_broken_link_is_a_failure(tmp_path):
    needed(find_spec("sphinx") is not None, "Sphinx is not installed")
    pages = tmp_path / "docs"
    pages.mkdir()
    (pages / "conf.py").write_text((ROOT / "docs" / "conf.py").read_text("utf-8"), "utf-8")
    (pages / "index.md").write_text("# One\n\nTo [two](index.md#nowhere).\n", "utf-8")
    built = build(pages, tmp_path / "site")
    assert built.returncode != 0
    assert "nowhere" in built.stderr
