"""A marked sheet as a page: verdicts in words, the first wrong line shown, and no number told that
may not be."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from accessible import violations
from students import EXAMPLES

from backprop_cli import load
from backprop_cli.config import example_path
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import in_key, worksheet
from backprop_cli.page.frame import static

MINE = """net_h1 = 0.3775
net_h2 = 0.0425
out_h1 = 0.59327
out_h2 = 0.51062
"w5+"  = "0,3589"
E_total = ""
"""


@pytest.fixture
def marked(backprop, tmp_path):
    """The page of some answers to a config."""

    def page(answers=MINE, config="mazur", *options):
        path = tmp_path / "mine.toml"
        path.write_text(answers, encoding="utf-8")
        return backprop("verify", config, str(path), "--format", "html", *options).out

    return page


def texts(html):
    """What stands there to be read, and what scripts get; not styles, scripts and coordinates."""
    for name in ("page.css", "marked.css", "marked.js"):
        html = html.replace(static(name), "")
    html = re.sub(r"sha256-[\w+/=]+|<style>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"<svg.*?</svg>", lambda m: re.sub("<[^>]*>", " ", m[0]), html, flags=re.DOTALL)


def test_each_answer_has_its_verdict_in_a_word_and_what_is_said_of_it(marked):
    html = marked()
    assert "Score: 4 of 6 (3 correct, 1 follow-through, 1 wrong, 1 blank)." in html
    steps = dict(re.findall(r'<li class="step answered ([^"]*)" id="([^"]*)"', html))
    assert {key: status for status, key in steps.items()} | {"net_h1": "correct"} == {
        "net_h1": "correct", "out_h2": "follow-through", "net_h2": "wrong first-wrong",
        "E_total": "blank", "w5_new": "correct",
    }  # fmt: skip
    assert "missing-bias: The bias was left out of the net input." in html
    assert "As written: w3·i1 + w4·i2 = 0.25·0.05 + 0.3·0.1 = 0.0425" in html
    assert "Right: net_h2 = w3·i1 + w4·i2 + b1 = 0.25·0.05 + 0.3·0.1 + 0.35 = 0.3925" in html
    assert "right for your own numbers; the true value is 0.596884378" in html
    drawn = re.sub("<[^>]*>", "", " ".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL)))
    assert "0.0425 ✗" in drawn
    assert "0,3589 ✓" in drawn
    assert "0.51062 →" in drawn


def test_what_was_not_handed_in_has_no_verdict(marked):
    html = marked("net_h1 = 0.3775")
    assert html.count("step answered") == 1
    assert html.count("(not handed in)") == 53
    assert "First wrong line" not in html


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("mazur", "--hints"),
        ("relu", "--brief"),
        *(pytest.param(name, "--hints", marks=pytest.mark.thorough) for name in EXAMPLES[1:]),
        pytest.param("xor", "--brief", marks=pytest.mark.thorough),
    ],
)
def test_no_right_number_is_told_where_none_may_be(marked, name, level):
    """A few wrong answers here and there in two epochs, for each costs a diagnosis."""
    sheet = sheet_of(load(name), (1, 2))
    asked = [entry for entry in sheet.entries if entry.asked][:: len(sheet.entries) // 8]
    given = {e.key: in_key(1.5 * sheet.truths[e.slot] + 0.125, 4) for e in asked}
    answers = "".join(f"{key} = '{text}'\n" for key, text in given.items())
    told = numbers_in(texts(marked(answers, name, level)))
    known = {abs(Decimal(text)) for text in (*found_in_config(sheet), *given.values())}
    for entry in sheet.entries:
        leaked = written(sheet.truths[entry.slot]) & told
        assert {text for text in leaked if Decimal(text) not in known} == set(), entry.key


def test_a_right_number_is_found_where_it_is_told(marked):
    assert "0.596884378" in numbers_in(texts(marked()))


def numbers_in(html):
    return set(re.findall(r"[0-9]+\.[0-9]{2,}", html.replace(",", ".")))


def written(value):
    """The number without its sign in all digits from three up; not what is written shorter."""
    numbers = (Decimal(f"{abs(value):.{digits - 1}e}") for digits in range(3, 18))
    long = (number for number in numbers if len(number.normalize().as_tuple().digits) >= 3)
    return {text for number in long for text in (f"{number:f}", f"{number.normalize():f}")}


def found_in_config(sheet):
    network = sheet.network
    for sample in network.samples:
        yield from map(str, (*sample.inputs, *sample.targets))
    yield from (str(parameter.value) for parameter in network.parameters())
    yield from ("0.125", str(network.eta))


def test_brief_says_no_more_than_whether_all_is_right(marked):
    html = texts(marked(MINE, "mazur", "--brief"))
    assert "Not all right: 1 of 6 answers wrong, 1 blank." in html
    assert not re.search("step answered [a-z]|missing-bias|✗ 0|First wrong", html)
    assert "0.0425" in html


def test_all_opens_every_line(marked):
    assert marked().count("<details open") == 0
    assert marked(MINE, "mazur", "--all").count("<details open") == 54
    assert marked(MINE, "mazur", "--hints").count("<details open") == 1


def test_a_wrong_line_of_a_later_sample_and_epoch_is_found(marked, opened):
    sheet = sheet_of(load("xor"), (1, 2))
    key = "epoch2.sample3.net_h1"
    text = worksheet(sheet, "full", key=True, digits=6)
    wrong = re.sub(rf"(?m)^{re.escape(key)} = .*$", f"{key} = 9.87", text)
    html = marked(wrong, "xor")
    page = opened(html)
    assert page.evaluate("document.activeElement.id") == key
    assert page.locator(".first-wrong").get_attribute("id") == key
    assert "epoch 2, sample 3" in html


def test_the_page_opens_at_the_first_wrong_line_and_a_number_in_the_drawing_leads_to_its_line(
    marked, opened
):
    page = opened(marked())
    assert page.evaluate("document.activeElement.id") == "net_h2"
    assert page.locator("#net_h2").is_visible()
    top = page.locator("#net_h2").bounding_box()["y"]
    assert 0 < top < 900
    page.locator('.bp-drawing .number[data-key="out_h2"]').first.click()
    assert page.evaluate("document.activeElement.id") == "out_h2"
    assert page.locator("#out_h2 details").get_attribute("open") is not None


def test_hostile_answers_and_titles_are_text(marked, opened, tmp_path):
    config = tmp_path / "net.toml"
    title = "<script>alert(1)</script>"
    text = "net_h1 = '<b>1</b> = 0.1'\nout_h1 = '<img src=x onerror=alert(1)> = 0.5'"
    mazur = Path(example_path("mazur")).read_text()
    config.write_text(re.sub("title *= .*", f"title = '{title}'", mazur))
    html = marked(text, str(config))
    page = opened(html)
    assert title in page.inner_text("h1")
    assert page.locator("img").count() == 0
    assert "= 0.1" in page.inner_text("#net_h1")
    assert page.locator("#net_h1 b", has_text="1").filter(has_not_text="0.1").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_overflows_and_axe_finds_nothing(marked, opened, width, scheme):
    page = opened(marked(), width=width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_arrays_have_no_page(backprop, tmp_path):
    path = tmp_path / "arrays.json"
    path.write_text('{"Z1": [[0.3775], [0.39249999999999996]]}')
    result = backprop("verify", "mazur", str(path), "--format", "html")
    assert result.code == 2
    assert "not for arrays" in result.err
