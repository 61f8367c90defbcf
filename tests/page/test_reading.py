"""The page is read in a browser: stepping, marks, the tree, keyboard, widths, accessibility."""

from importlib.util import find_spec

import pytest
from needed import needed

LABEL = "#drawing .view:not([hidden]) tspan[data-key={}]"


def html(backprop, *args):
    result = backprop("trace", *args, "--format", "html")
    assert (result.code, result.err) == (0, "")
    return result.out


@pytest.fixture
def tutorial(backprop, opened):
    """The page of the tutorial network."""
    return lambda **options: opened(html(backprop), **options)


def now(page):
    return page.evaluate("document.querySelector('.step.now')?.id ?? null")


def test_arrow_keys_home_and_end_step(tutorial):
    page = tutorial()
    assert now(page) is None
    for key, step in (
        ("ArrowRight", "net_h1"),
        ("ArrowRight", "out_h1"),
        ("ArrowLeft", "net_h1"),
        ("End", "E_total_new"),
        ("Home", "net_h1"),
        ("Escape", None),
    ):
        page.keyboard.press(key)
        assert now(page) == step
    page.keyboard.press("ArrowRight")
    assert page.locator("#aloud").text_content() == "Step 1 of 54: net_h1 = 0.3775"


def test_buttons_step_and_say_where(tutorial):
    page = tutorial()
    page.get_by_role("button", name="Last step").click()
    assert page.locator("#where").text_content() == "Step 54 of 54"
    assert page.get_by_role("button", name="Next step").is_disabled()
    page.get_by_role("button", name="Previous step").click()
    assert now(page) == "E_o2_new"


def test_play_goes_on_by_itself_until_it_is_stopped(tutorial):
    page = tutorial()
    page.locator("#pace").select_option("0.5")
    page.get_by_role("button", name="Play").click()
    page.locator("#out_h1.now").wait_for()
    page.get_by_role("button", name="Pause").click()
    assert page.locator("#play").text_content() == "Play"


def test_the_drawing_marks_what_is_read_and_written(tutorial):
    page = tutorial(at="#net_o1")
    marked = "[...document.querySelectorAll('#drawing .edge.{}')].map((e) => e.dataset.key)"
    assert set(page.evaluate(marked.format("read"))) >= {"w5", "w6"}
    assert "w7" not in page.evaluate(marked.format("read"))
    written = page.evaluate(
        "[...document.querySelectorAll('#drawing tspan.written')].map((e) => e.dataset.key)"
    )
    assert set(written) == {"net_o1"}


def test_an_address_leads_to_a_step(backprop, opened):
    page = opened(html(backprop, "xor", "--epochs", "2"), at="#epoch2.sample3.delta_h1")
    assert now(page) == "epoch2.sample3.delta_h1"
    assert page.locator("[id='epoch2.sample3.delta_h1']").is_visible()
    assert not page.locator("[id='epoch1.sample3.delta_h1']").is_visible()
    shown = page.evaluate(
        "[document.querySelector('#drawing tspan[data-key=delta_h1]').textContent,"
        " backprop.format(backprop.values.get('epoch2.sample3.delta_h1'), 5)]"
    )
    assert shown[0] == shown[1]


def test_pointing_marks_what_it_comes_from_and_what_it_feeds(tutorial):
    page = tutorial()
    page.locator("#dE_dout_o1 .name").hover()
    marked = "[...document.querySelectorAll('.step.{}')].map((step) => step.id)"
    assert {"net_o1", "out_o1", "net_h1"} <= set(page.evaluate(marked.format("from")))
    feeds = set(page.evaluate(marked.format("to")))
    assert {"delta_o1", "dE_dw5", "w5_new", "dE_dw1"} <= feeds
    assert "net_h1" not in feeds


def test_focus_marks_as_pointing_does(tutorial):
    page = tutorial()
    page.keyboard.press("ArrowRight")
    page.locator("#net_h1.now [tabindex='0']").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") == "i1"
    assert page.evaluate("document.querySelectorAll('.step.to').length") > 0


def test_why_w5_moved_is_told_by_one_click(tutorial):
    page = tutorial()
    page.locator(LABEL.format("w5")).first.click()
    why = page.locator("#why")
    assert "From 0.4 to 0.35891648: by -0.0410835203." in why.inner_text()
    texts = "".join(why.locator(".tree").all_text_contents())
    for number in ("0.74136507", "0.186815602", "0.593269992", "0.0821670406"):
        assert number in texts
    path = page.evaluate(
        "[...document.querySelectorAll('.view:not([hidden]) .edge.path')].map((e) => e.dataset.key)"
    )
    assert "w5" in path
    assert "w7" not in path
    why.locator("details details summary").first.click()
    why.get_by_role("button", name="Close").click()
    assert page.locator("#drawing .path").count() == 0


def test_a_name_in_the_drawing_is_that_of_its_number(tutorial):
    page = tutorial()
    for name, key in [("w5", "w5"), ("h1", "out_h1"), ("i2", "i2"), ("E_o1", "E_o1")]:
        page.locator("#drawing .view:not([hidden]) tspan", has_text=name).first.click()
        assert page.evaluate("backprop.selected") == key


def test_the_tree_goes_back_to_the_inputs(tutorial):
    page = tutorial()
    page.locator("#out_h1 .name").click()
    page.locator("#why summary").nth(1).click()
    # What is below is made when the browser has opened it, which is a little later.
    page.locator("#why", has_text="0.05").filter(has_text="input").wait_for()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("name", ["mazur", "softmax", "adam"])
def test_nothing_runs_over_the_edge(backprop, opened, width, name):
    page = opened(html(backprop, name), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_motion_is_kept_still_where_that_is_asked_for(tutorial):
    page = tutorial(reduced_motion="reduce")
    page.evaluate(
        "window.ways = []; Element.prototype.scrollIntoView = (how) => ways.push(how.behavior); 0"
    )
    page.keyboard.press("End")
    assert page.evaluate("ways") == ["auto"]


def test_light_and_dark_by_a_button(tutorial):
    page = tutorial(color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark colours").click()
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    assert page.get_by_role("button", name="Light colours").is_visible()


def test_without_scripts_every_step_is_there(backprop, opened):
    page = opened(html(backprop, "xor"), java_script_enabled=False)
    assert page.locator(".step:visible").count() == html(backprop, "xor").count('class="step"')
    assert not page.locator("#stepping").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(tutorial, scheme):
    needed(find_spec("axe_playwright_python") is not None, "axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    page = tutorial(color_scheme=scheme)
    page.keyboard.press("ArrowRight")
    page.locator(LABEL.format("w5")).first.click()
    found = Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    told = [(v["id"], [node["html"][:150] for node in v["nodes"]][:3]) for v in serious]
    assert told == []
