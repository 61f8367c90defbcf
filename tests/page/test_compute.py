"""The page computes, in a browser: changing numbers, learning, saving."""

from __future__ import annotations

import math
import re

import pytest

from backprop_cli.api import load, trace, worked
from backprop_cli.config import example_names, network_of, parse_document
from backprop_cli.engine import lines, qualified
from backprop_cli.formulas import FLOAT
from backprop_cli.page import write_html
from backprop_cli.show import Format, Selection
from backprop_cli.train.course.training import Training

NUMBERS = """() => [...document.querySelectorAll("#steps [data-key]:is(b, mn)")]
  .map((element) => [element.dataset.key, "negated" in element.dataset, element.textContent,
    backprop.values.get(element.dataset.key)])"""


def html(network, epochs=1, first=1, form=Format(), arithmetic=FLOAT):  # noqa: B008
    page = worked(network, range(first, first + epochs), arithmetic, form)
    return "".join(write_html(page, Selection(network, everything=True)))


def shown(page):
    """The value of each step on the page, as text."""
    return page.eval_on_selector_all(
        ".step", "(all) => all.map((step) => [step.id, step.dataset.value])"
    )


def number(page, name):
    """The field of a number; the panel is opened for it."""
    if page.locator("details.all-numbers[open]").count() == 0:
        page.locator("details.all-numbers > summary").click()
    return page.get_by_role("spinbutton", name=name, exact=True).last


def press(page, name):
    page.get_by_role("button", name=name).click()


def status(page):
    return page.locator("#compute .status").inner_text()


def trained(page, epochs):
    page.get_by_label("Number of epochs").fill(str(epochs))
    press(page, "Train")
    page.locator("#compute .status", has_text=re.compile(r" in [0-9.]+ s;")).wait_for()


def agree(page, network, epochs=1, within=1e-9, several=False):
    """Whether every step on the page has the value that the trace of `network` gives it."""
    expected = {
        qualified(line, network, several): line.value
        for line in lines(network, range(1, epochs + 1))
    }
    found = dict(shown(page))
    assert set(found) <= set(expected)
    wrong = [
        (key, value, expected[key])
        for key, value in found.items()
        if not math.isclose(float(value), expected[key], rel_tol=within, abs_tol=1e-13)
    ]
    assert wrong == []


def test_what_is_typed_takes_the_place_of_a_number_that_tab_came_to(opened):
    page = opened(html(load("mazur")))
    press(page, "One update")
    number(page, "w1").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("0.7")
    assert page.evaluate("document.activeElement.value") == "0.7"


def test_a_number_is_changed_and_all_after_it_computed_anew(opened):
    page = opened(html(load("mazur")))
    number(page, "w5").fill("0.7")
    agree(page, load("mazur", ["layers.1.weights=[[0.7, 0.45], [0.5, 0.55]]"]))
    field = page.locator("#net_o1 .result [data-key]")
    assert field.text_content() == "1.28388696"
    assert field.get_attribute("data-was") == "1.10590597"
    assert page.locator("#net_h1 .changed").count() == 0
    assert (
        "was 0.4" in page.locator(".number", has=page.get_by_label("w5", exact=True)).inner_text()
    )


def test_inputs_targets_biases_and_eta_are_changed_too(opened):
    page = opened(html(load("mazur")))
    for name, text in (("i1", "1/2"), ("t_o2", "0,5"), ("b1", "−0.1"), ("η", "5e-2")):
        number(page, name).fill(text)
    network = """inputs=[0.5, 0.1];targets=[0.01, 0.5];layers.0.bias=-0.1;eta=0.05"""
    agree(page, load("mazur", network.split(";")))


def test_arrow_keys_and_the_slider(opened):
    page = opened(html(load("mazur")))
    field = number(page, "w5")
    field.press("ArrowUp")
    assert field.input_value() == "0.41"
    field.press("PageDown")
    assert field.input_value() == "0.31"
    assert field.get_attribute("aria-valuenow") == "0.31"
    slider = page.get_by_label("w5, slider")
    slider.evaluate("(s) => { s.value = -0.5; s.dispatchEvent(new Event('input')); }")
    assert float(field.input_value()) == pytest.approx(-0.5, abs=0.01)
    weights = f"layers.1.weights=[[{field.input_value()}, 0.45], [0.5, 0.55]]"
    agree(page, load("mazur", [weights]))


def test_what_is_no_number_is_told_in_place_and_nothing_is_lost(opened):
    page = opened(html(load("mazur")))
    before = shown(page)
    field = number(page, "w5")
    for text, message in (("abc", "Not a number"), ("", "Not a number"), ("1/0", "Not a number")):
        field.fill(text)
        row = page.locator(".number.wrong")
        assert message in row.inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby") == row.locator(".told").get_attribute("id")
        assert shown(page) == before
    number(page, "w6").fill("0.6")
    assert field.input_value() == "1/0"  # still there to be put right
    field.press("Escape")
    assert field.input_value() == "0.4"
    assert page.locator(".number.wrong").count() == 0
    number(page, "η").fill("-1")
    assert "greater than 0" in page.locator(".number.wrong").inner_text()


def test_one_update_and_back_to_the_start(opened):
    network = load("mazur")
    page = opened(html(network))
    before, numbers = shown(page), page.evaluate(NUMBERS)
    press(page, "One update")
    second = trace(network, epochs=2)
    for key, value in shown(page):
        expected = second[f"epoch2.{key}"]
        assert math.isclose(float(value), expected, rel_tol=1e-12), key
    was = page.locator("#w5_new .result [data-key]").get_attribute("data-was")
    assert was == "0.35891648"
    assert "1 update made" in status(page)
    press(page, "Back to the start")
    assert shown(page) == before
    assert page.evaluate(NUMBERS) == numbers
    assert page.locator("[data-was]").count() == 0


@pytest.mark.parametrize("name", ["mazur", "xor", "adam", "batch"])
def test_training_ends_where_that_of_python_does(opened, name):
    network = load(name)
    page = opened(html(network))
    trained(page, 10_000)
    training = Training(network, epochs=10_000, engine="emitted")
    run = training.begin()
    run.go()
    keys = page.evaluate("backprop.data.compute.program.update.state")
    found = dict(zip(keys, page.evaluate("[...backprop.compute.model().state]"), strict=True))
    for key, value in run.engine.state(run.point).values.items():
        assert math.isclose(found[key], value, rel_tol=1e-9, abs_tol=1e-12), key
    line = page.locator(".curve .line").get_attribute("points")
    assert len(line.split()) > 300


def test_training_is_stopped_and_goes_on(opened):
    page = opened(html(load("mazur")))
    page.get_by_label("Number of epochs").fill("10,000,000")
    press(page, "Train")
    page.locator(".curve svg").wait_for()
    press(page, "Stop")
    assert "Stopped after" in status(page)
    done = page.evaluate("backprop.compute.past()")
    assert done > 0
    trained(page, 10)
    assert page.evaluate("backprop.compute.past()") == done + 10
    page.get_by_label("Number of epochs").fill("many")
    press(page, "Train")
    assert "1 to 10,000,000" in status(page)


def test_a_training_that_diverges_ends_with_the_last_numbers_that_are_finite(opened):
    page = opened(html(load("momentum", ["eta=9"])))
    page.get_by_label("Number of epochs").fill("10000")
    press(page, "Train")
    page.locator("#compute .status", has_text="not finite").wait_for()
    assert all(map(math.isfinite, page.evaluate("[...backprop.compute.model().state]")))


@pytest.mark.parametrize("name", example_names())
def test_every_number_is_that_of_the_command_line(opened, name):
    """As JavaScript writes it, computed by the page itself; every digit that is printed."""
    network = load(name)
    if len(network.samples) > 20:
        network = load(name, ["validation=0.96"])
    form = Format()
    page = opened(html(network))
    computed = page.evaluate("""() => [...backprop.compute.worked()]
      .map(([key, value]) => [key, backprop.format(value)])""")
    found = dict(computed)
    for line in lines(network):
        assert found[qualified(line, network, False)] == form(line.value), line.step.key
    for key, negated, text, value in page.evaluate(NUMBERS):
        if key in found:
            assert text == (form(-value) if negated else found[key]), key


def saved(page):
    with page.expect_download() as told:
        press(page, "Save as config")
    text = told.value.path().read_text("utf-8")
    assert told.value.suggested_filename.endswith(".toml")
    return text, network_of(parse_document(text, ""))


@pytest.mark.parametrize("name", ["mazur", "xor", "adam", "negnevitsky", "softmax"])
def test_a_config_that_is_saved_is_the_network(opened, name):
    network = load(name)
    page = opened(html(network))
    assert saved(page)[1] == network
    press(page, re.compile("One (update|epoch)"))
    text, changed = saved(page)
    assert ("begins anew" in text) == (name == "adam")
    if name != "adam":
        agree(page, changed, within=1e-15)


def test_a_sample_of_several_is_changed(opened):
    page = opened(html(load("xor"), epochs=2))
    number(page, "i2").fill("0.5")
    inputs = "inputs=[[0, 0.5], [0, 1], [1, 0], [1, 1]]"
    agree(page, load("xor", [inputs]), epochs=2, several=True)


def test_targets_that_have_to_add_up_to_one_are_taken_together(opened):
    page = opened(html(load("softmax")))
    before = shown(page)
    number(page, "t_o2").fill("0.5")
    assert "add up to 1" in page.locator(".number.wrong").inner_text()
    assert shown(page) == before
    number(page, "t_o1").fill("0.5")
    assert page.locator(".number.wrong").count() == 0
    agree(page, load("softmax", ["targets=[0.5, 0.5, 0]"]))


def test_a_page_that_cannot_compute_says_why(opened):
    from backprop_cli.api import computing

    network = load("relu")
    page = opened(
        html(network, arithmetic=computing(network, exact=True), form=Format(9, None, True))
    )
    assert "floats" in page.locator("#compute").inner_text()
    network = load("mazur", ["round_each=3"])
    page = opened(html(network, arithmetic=computing(network)))
    assert "on paper" in page.locator("#compute").inner_text()
    assert page.locator("#compute").get_by_role("button").count() == 0


def test_a_chosen_number_stands_above_the_others(opened):
    page = opened(html(load("mazur")))
    page.evaluate("backprop.select('w5')")
    page.locator(".chosen").get_by_role("spinbutton").fill("0.7")
    agree(page, load("mazur", ["layers.1.weights=[[0.7, 0.45], [0.5, 0.55]]"]))
    page.evaluate("backprop.select('net_h1')")
    assert page.locator(".chosen .number").count() == 0


def test_a_number_that_becomes_negative_stands_in_parentheses(opened):
    page = opened(html(load("mazur")))
    before = page.evaluate(NUMBERS)
    number(page, "w5").fill("-0.7")
    assert "(-0.7)" in page.locator("#net_o1").text_content()
    press(page, "One update")
    assert "=-4" not in page.locator("#net_o1").text_content()
    press(page, "Back to the start")
    assert page.evaluate(NUMBERS) == before


def test_the_tree_of_a_number_is_computed_anew(opened):
    page = opened(html(load("mazur")))
    page.evaluate("backprop.select('w5')")
    assert "From 0.4 to 0.35891648" in page.locator("#why").inner_text()
    page.locator(".chosen").get_by_role("spinbutton").fill("0.7")
    told = page.locator("#why .tree").text_content()
    changed = trace(load("mazur", ["layers.1.weights=[[0.7, 0.45], [0.5, 0.55]]"]))
    assert f"From 0.7 to {Format()(changed['w5_new'])}" in told
    assert "0.4 (" not in told
