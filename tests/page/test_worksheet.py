"""A worksheet as a page: nothing of the solution is in it, and what is typed comes back whole."""

from __future__ import annotations

import csv
import json
import random
import re
import tomllib
from decimal import Decimal

import pytest
from accessible import violations
from students import EXAMPLES

from backprop_cli import load
from backprop_cli.marking.handout import handout
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.worksheet import LEVELS, worksheet
from backprop_cli.page import write_worksheet
from backprop_cli.page.frame import static

HOSTILE = (
    'a "quoted" \\ back\\\\slash',
    "it's = [1, 2] # no remark",
    "∂E/∂w = −0,5 🙂 é",
    "\t\x01\x7f",
    '"""',
    "\\u0041\\n",
    " 0,593 ",
)


def page_of(name, level="full", matrices=False, epochs=1, key=False, settings=()):
    sheet = sheet_of(load(name, settings), range(1, epochs + 1))
    return "".join(write_worksheet(handout(sheet, level, matrices=matrices, key=key)))


def own_part(html):
    """A page without the styles and scripts that every sheet has."""
    for name in ("page.css", "worksheet.css", "answers.js", "worksheet.js",
                 "worksheet-drawing.js"):  # fmt: skip
        html = html.replace(static(name), "")
    html = re.sub(r"sha256-[\w+/=]+", "", html)
    return re.sub(r"<svg.*?</svg>", lambda m: re.sub("<[^>]*>", " ", m[0]), html, flags=re.DOTALL)


# The solution


@pytest.mark.parametrize("matrices", [False, True])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_blank_sheet_is_the_same_whatever_the_solution_is(name, level, matrices):
    sheet = sheet_of(load(name), (1, 2))
    before = "".join(write_worksheet(handout(sheet, level, matrices=matrices)))
    for entry in sheet.entries:
        sheet.truths[entry.slot] = random.random()
    assert "".join(write_worksheet(handout(sheet, level, matrices=matrices))) == before
    assert "data-value" not in before


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_number_of_the_key_is_in_a_blank_sheet(name):
    sheet = sheet_of(load(name))
    found = numbers_in(own_part(page_of(name)))
    givens = {Decimal(str(number)) for number in given_numbers(sheet)}
    for entry in sheet.entries:
        for form in written(sheet.truths[entry.slot]) - {str(abs(one)) for one in givens}:
            assert form not in found, entry.key


def test_a_number_that_is_left_in_is_found():
    sheet = sheet_of(load("mazur"))
    net = next(entry for entry in sheet.entries if entry.key == "net_h1")
    html = own_part(page_of("mazur")).replace("Given", "Given 0,3775")
    assert written(sheet.truths[net.slot]) & numbers_in(html)
    assert "0.3775" in numbers_in(own_part(page_of("mazur", key=True)))


def numbers_in(html):
    """Every number of three digits and more, with a point, and without a power of ten too."""
    return {text.replace(",", ".") for text in re.findall(r"[0-9]*[.,][0-9]{2,}", html)}


def written(value):
    """The number without its sign, in all digits from three up; not what is written shorter."""
    texts = set()
    for digits in range(3, 18):
        number = Decimal(f"{abs(value):.{digits - 1}e}")
        if len(number.normalize().as_tuple().digits) >= 3:
            texts |= {f"{number:f}", f"{number:e}".partition("e")[0], f"{number.normalize():f}"}
    return texts


def given_numbers(sheet):
    network = sheet.network
    for sample in network.samples:
        yield from (*sample.inputs, *sample.targets)
    yield from (parameter.value for parameter in network.parameters())


def test_a_key_is_filled_in_and_has_no_fields():
    html = page_of("mazur", key=True)
    assert "<input" not in html
    assert "w1·i1 + w2·i2 + b1 = 0.15·0.05 + 0.2·0.1 + 0.35" in html
    assert '<b class="value">0.3775</b>' in html
    assert "<script" not in own_part(html).replace('<script type="application/json"', "")


# In the browser


@pytest.fixture
def sheet(opened):
    return lambda name="mazur", width=1440, **options: opened(page_of(name, **options), width=width)


def field(page, key):
    return page.locator(f'input.answer[data-key="{key}"]')


def saved(page, tmp_path):
    with page.expect_download() as found:
        page.click("#save")
    path = tmp_path / "saved" / found.value.suggested_filename
    found.value.save_as(path)
    return path


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mazur", {}),
        ("xor", {"level": "final", "epochs": 2}),
        ("batch", {"matrices": True}),
        ("xor", {"matrices": True, "level": "guided"}),
    ],
)
def test_what_is_saved_blank_is_the_blank_worksheet(sheet, tmp_path, name, options):
    page = sheet(name, **options)
    page.fill("#student", "Ada")
    path = saved(page, tmp_path)
    epochs = options.pop("epochs", 1)
    blank = worksheet(sheet_of(load(name), range(1, epochs + 1)), **options)
    assert path.name == "Ada.answers.toml"
    assert path.read_text("utf-8") == blank.replace("# Name:", "# Name: Ada")


def test_whatever_is_typed_is_valid_toml_and_comes_back(sheet, tmp_path):
    page = sheet()
    keys = page.locator("input.answer").evaluate_all("all => all.map((one) => one.dataset.key)")
    typed = dict(zip(keys, HOSTILE, strict=False))
    for key, text in typed.items():
        field(page, key).fill(text)
    page.fill("#student", 'Ö. "Q" \x07 [x] \\ / ../')
    path = saved(page, tmp_path)
    assert path.name == "Ö. _Q_ _ _x_ _ _ .._.answers.toml"
    text = path.read_text("utf-8")
    data = tomllib.loads(text)
    assert {key: data[key] for key in typed} == {k: t.strip() for k, t in typed.items()}
    assert {value for key, value in data.items() if key not in typed} == {""}
    assert '\n# Name: Ö. "Q" [x] \\ / ../\n' in text
    again = sheet()
    again.set_input_files("#file", path)
    again.get_by_text("Opened Ö.").wait_for()
    for key, value in typed.items():
        assert field(again, key).input_value() == value.strip()


def test_halves_of_characters_do_not_spoil_the_file(sheet):
    page = sheet()
    said = page.evaluate(r"answers.quoted('a\ud800b \ud83d\ude42')")
    assert tomllib.loads(f"x = {said}") == {"x": "a\ufffdb 🙂"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("net_h1 = 0.3775 # so\n'out_h1' = '0,59'\n", {"net_h1": ["0.3775"], "out_h1": ["0,59"]}),
        ("w5+ = 0,359\nnet_h1: 0.3\n", {"w5+": ["0,359"], "net_h1": ["0.3"]}),
        ('[sample2]\nnet_h1 = "1"\n', {"sample2.net_h1": ["1"]}),
        ('"epoch2".sample1."E" = 1', {"epoch2.sample1.E": ["1"]}),
        ('W = [["1", ""], # one\n  ["]", 4]]\nx = 2', {"W": ["1", "", "]", "4"], "x": ["2"]}),
        ('x = "\\"\\\\\\u00e9\\U0001F642"', {"x": ['"\\é🙂']}),
        ("x = [1, 2", {"x": ["1", "2"]}),
        ("\ufeff\n\nnothing at all\n= 5\n", {}),
    ],
)
def test_files_of_answers_are_read(sheet, text, found):
    page = sheet()
    got = page.evaluate("(text) => [...answers.read(text).texts]", text)
    assert dict(map(tuple, got)) == found


def test_what_is_typed_is_kept_and_another_sheet_does_not_see_it(sheet):
    page = sheet()
    field(page, "net_h1").fill("0,3775")
    page.fill("#student", "Ada")
    page.reload()
    assert field(page, "net_h1").input_value() == "0,3775"
    assert page.input_value("#student") == "Ada"
    assert "1 of 54" in page.inner_text("#count")
    other = page.evaluate("Object.keys(localStorage)")
    assert len(other) == 1
    assert (
        json.loads(re.search(r'bp-data">(.*?)</script>', page_of("xor"))[1])["digest"]
        not in (other[0])
    )


def test_start_anew_asks_first(sheet):
    page = sheet()
    field(page, "net_h1").fill("1")
    page.click("#anew")
    assert page.evaluate("document.activeElement.id") == "sure-no"
    page.keyboard.press("Escape")
    assert field(page, "net_h1").input_value() == "1"
    page.click("#anew")
    page.click("#sure-yes")
    assert field(page, "net_h1").input_value() == ""
    page.reload()
    assert field(page, "net_h1").input_value() == ""
    assert page.evaluate("localStorage.length") == 0


def test_it_works_where_the_browser_keeps_nothing(sheet, tmp_path):
    page = sheet()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })"
    )
    page.reload()
    field(page, "net_h1").fill("0.3775")
    assert "this browser keeps nothing" in page.inner_text("#kept")
    page.fill("#student", "Ada")
    assert tomllib.loads(saved(page, tmp_path).read_text())["net_h1"] == "0.3775"


def test_the_name_is_asked_for_once(sheet, tmp_path):
    page = sheet()
    page.click("#save")
    assert "Your name is missing" in page.inner_text("#said")
    assert page.evaluate("document.activeElement.id") == "student"
    assert saved(page, tmp_path).name == "answers.toml"


def test_tab_and_enter_follow_the_textbook(sheet):
    page = sheet(level="guided")
    keys = re.findall(r'class="answer".*?data-key="([^"]+)"', page_of("mazur", level="guided"))
    focused = "document.activeElement.dataset.key"
    page.focus("#student")
    page.keyboard.press("Enter")
    for key in keys[:5]:
        assert page.evaluate(focused) == key
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    assert page.evaluate(focused) == keys[4]
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == keys[5]
    tabbed = page.locator("input.answer").evaluate_all("all => all.map((one) => one.dataset.key)")
    assert tabbed == keys


def test_arrows_move_in_a_matrix(sheet):
    page = sheet("batch", matrices=True, level="final")
    at = "[document.activeElement.dataset.row, document.activeElement.dataset.column].join()"
    page.locator('input.answer[data-of="W1_new"]').first.focus()
    for key, there in [("Down", "2,1"), ("Right", "2,2"), ("Up", "1,2"), ("Up", "1,2"),
                       ("Left", "1,1")]:  # fmt: skip
        page.keyboard.press(f"Arrow{key}")
        assert page.evaluate(at) == there
    page.keyboard.type("0.25")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == "1,1", "inside a number arrows move the cursor"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(at) == "1,2"


@pytest.mark.parametrize(
    ("text", "odd"),
    [("0.593", False), ("−0,5", False), ("1.2e-3", False), ("3/8", False), ("1,2·10^-3", False),
     ("1/(1+e^-0.3775) = 0.593", False), ("", False), ("x", True), ("0.5.3", True)],
)  # fmt: skip
def test_what_is_no_number_is_marked_while_typing(sheet, text, odd):
    page = sheet()
    field(page, "net_h1").fill(text)
    assert (field(page, "net_h1").get_attribute("aria-invalid") == "true") is odd


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize(
    ("name", "options"), [("mazur", {}), ("deep", {"level": "final", "matrices": True})]
)
def test_nothing_is_wider_than_the_screen_and_axe_finds_nothing(sheet, name, options, width):
    page = sheet(name, width=width, **options)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("options", [{}, {"matrices": True}])
def test_every_field_has_a_name_of_its_own(sheet, options):
    page = sheet(**options)
    boxes = page.get_by_role("textbox")
    names = boxes.evaluate_all(
        "all => all.map((one) => one.ariaLabel || [...one.labels].map((l) => l.innerText).join())"
    )
    assert len({*names}) == len(names)
    assert all(names)


# The drawing


def test_the_drawing_has_fields_too_which_are_those_of_the_list(sheet, tmp_path):
    page = sheet()
    twin = page.get_by_label("net_h1, in the drawing: Pass")
    twin.fill("0,3775")
    assert field(page, "net_h1").input_value() == "0,3775"
    twin.press("Enter")
    page.keyboard.type("0.59")
    assert field(page, "out_h1").input_value() == "0.59"
    field(page, "delta_o1").fill("0.1")
    assert page.get_by_label("δ_o1, in the drawing").input_value() == "0.1"
    page.reload()
    assert page.get_by_label("net_h1, in the drawing: Pass").input_value() == "0,3775"
    page.get_by_text("Update").first.click()
    page.get_by_label("w5⁺, in the drawing").fill("0.36")
    assert field(page, "w5_new").input_value() == "0.36"
    page.fill("#student", "Ada")
    assert tomllib.loads(saved(page, tmp_path).read_text())["w5_new"] == "0.36"


# The whole round


def test_a_sheet_is_filled_in_saved_marked_and_a_class_graded(sheet, backprop, tmp_path):
    """Three students: all right; the bias forgotten in net_h2 alone; one line."""
    truths = sheet_of(load("mazur"))
    key = {entry.key: f"{truths.truths[entry.slot]:.5g}" for entry in truths.entries}
    forgot = key | {"net_h2": "0,0425"}
    hand_in(sheet(level="guided"), "Ada Byron", key, tmp_path)
    path = hand_in(sheet(level="guided"), "Bob", forgot, tmp_path)
    hand_in(sheet(level="guided"), "Čeněk Ö", {"net_h1": "0,3775"}, tmp_path)
    told = backprop("verify", "mazur", str(path)).out
    assert "First wrong line: net_h2 = 0,0425" in told
    assert "missing-bias" in told
    page = backprop("verify", "mazur", str(path), "--format", "html").out
    assert "0,0425 ✗" in re.sub("<[^>]*>", "", page)
    graded = backprop("grade", "mazur", str(path.parent), "--format", "csv")
    rows = {row["student"]: row for row in csv.DictReader(graded.out.splitlines())}
    assert set(rows) == {"Ada Byron", "Bob", "Čeněk Ö"}
    assert rows["Ada Byron"]["score"] == rows["Ada Byron"]["max_score"]
    assert rows["Bob"]["first_wrong"] == "net_h2"
    assert float(rows["Čeněk Ö"]["score"]) == 1


def hand_in(page, name, answers, tmp_path):
    page.evaluate("localStorage.clear()")
    page.reload()
    page.fill("#student", name)
    page.keyboard.press("Enter")
    for key in page.locator("input.answer").evaluate_all("all => all.map((a) => a.dataset.key)"):
        page.keyboard.type(answers.get(key, ""))
        page.keyboard.press("Enter")
    return saved(page, tmp_path)


def test_a_page_that_is_handed_in_is_told_to_have_no_answers(backprop, tmp_path):
    page = tmp_path / "Bob.html"
    page.write_text(page_of("mazur"), encoding="utf-8")
    (tmp_path / "Ada.toml").write_text("net_h1 = 0.3775")
    result = backprop("verify", "mazur", str(page))
    assert result.code == 2
    assert "Save answers writes the file to hand in" in result.err
    graded = backprop("grade", "mazur", str(tmp_path))
    assert "Bob.html: passed over: a page, which has no answers in it" in graded.err


def test_the_page_is_written_over_but_no_file_that_is_no_worksheet(backprop, tmp_path):
    page, mine = tmp_path / "sheet.html", tmp_path / "mine.toml"
    call = ("worksheet", "mazur", "--format", "html", "-o")
    assert backprop(*call, str(page)).code == 0
    assert backprop(*call, str(page)).code == 0
    page.write_text("<!DOCTYPE html><p>a page of my own")
    mine.write_text("net_h1 = 0.3775\n")
    for path in (page, mine):
        before = path.read_text()
        result = backprop(*call, str(path))
        assert result.code == 2
        assert "no worksheet" in result.err
        assert path.read_text() == before
    assert backprop("worksheet", "mazur", "-o", str(mine)).code == 2
    key = tmp_path / "key.toml"
    for _ in range(2):
        assert backprop("worksheet", "mazur", "--key", "-o", str(key)).code == 0
