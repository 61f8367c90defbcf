"""The pictures are what the program makes now, need nothing from elsewhere, and are shown."""

import re
import xml.etree.ElementTree as ET

import pytest
from pages import PAGES, text_of
from photographs import LARGEST, TAKEN, size_of, text_in, with_text
from pictures import DRAWN, path_of


@pytest.mark.parametrize("picture", DRAWN)
def test_a_picture_is_what_the_program_draws_now(picture):
    now = path_of(picture).read_text(encoding="utf-8")
    assert DRAWN[picture]() == now, "python tests/write_docs.py pictures draws it anew"


@pytest.mark.parametrize("picture", DRAWN)
def test_a_picture_is_text_that_fetches_nothing(picture):
    text = path_of(picture).read_text(encoding="utf-8")
    assert not re.search(r"url\((?!#)|@import|@font-face|<script|<image|href=", text)
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"|<text[^>]*>[^<]*</text>', "", text)
    root = ET.fromstring(text)
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert root.find(f"{svg}title") is not None
    assert root.findall(f".//{svg}text")


@pytest.mark.parametrize("picture", TAKEN)
def test_a_photograph_is_of_the_page_that_the_program_makes_now(picture):
    now, photograph = path_of(picture).read_bytes(), TAKEN[picture]
    assert text_in(now) == photograph.fingerprint(), "python tests/write_docs.py pictures"
    assert size_of(now) == (photograph.width, photograph.height)
    assert len(now) < LARGEST


def test_a_photograph_of_another_page_is_another():
    photograph = next(iter(TAKEN.values()))
    changed = photograph._replace(command=photograph.command + " --digits 3")
    assert changed.fingerprint() != photograph.fingerprint()
    blank = path_of(next(iter(TAKEN))).read_bytes()
    assert size_of(with_text(blank, "said")) == size_of(blank)
    assert text_in(with_text(blank, "said")) == "said"


def test_every_picture_is_shown_and_every_picture_shown_is_there():
    shown = {
        match[1]
        for page in PAGES
        for match in re.finditer(r"\]\((?:docs/)?pictures/([\w.-]+)\)", text_of(page))
    }
    assert shown == {path.name for path in path_of("").iterdir()}


def test_every_picture_says_in_words_what_it_shows():
    for page in PAGES:
        for words in re.findall(r"!\[([^]]*)\]", text_of(page)):
            assert len(words) > 10, page
