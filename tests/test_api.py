"""What a notebook imports: small, complete, typed, and with representations that a person reads."""

import doctest
import inspect
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest

import backprop_cli
from backprop_cli import (
    BackpropError,
    CheckFailed,
    ConfigError,
    FileError,
    InexactError,
    Network,
    OutOfRange,
    Summary,
    Trace,
    UsageError,
    api,
    load,
    network,
    trace,
)


def test_the_face_of_the_package_is_what_it_lists():
    assert dir(backprop_cli) == sorted(backprop_cli.__all__)
    for name in backprop_cli.__all__:
        assert inspect.getdoc(getattr(backprop_cli, name)), name
    with pytest.raises(AttributeError, match="nonsense"):
        _ = backprop_cli.nonsense


def test_the_examples_of_the_docstrings_are_true():
    assert doctest.testmod(api).failed == 0
    assert len(doctest.DocTestFinder().find(api.trace)[0].examples) == 2


def test_a_network_may_be_given_in_place_of_a_config():
    net = load("mazur")
    assert load(net) is net
    faster = load(net, ["eta=2", "layers[0].activation=tanh"])
    assert (faster.eta, faster.layers[0].activation_name) == (2, "tanh")
    assert faster.samples == net.samples
    with pytest.raises(ConfigError, match="--set eta=-1: error: eta: must be greater than 0"):
        load(net, ["eta=-1"])
    made = network([[[0.5]]], [0.1], inputs=[1], targets=[0], activations="linear")
    assert trace(made)["net_o1"] == 0.6
    assert load(made) is made


def test_nothing_is_loaded_before_it_is_needed():
    code = (
        "import sys; before = {*sys.modules}; import backprop_cli\n"
        "print(*sorted(name for name in {*sys.modules} - before if 'backprop' in name))\n"
        "from backprop_cli import network\n"
        "network([[[0.5]]], inputs=[1], targets=[0], activations='linear')\n"
        "print([n for n in ('numpy', 'torch', 'backprop_cli.marking') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines() == ["backprop_cli", "[]"]


def test_every_error_is_a_backprop_error():
    for error in (CheckFailed, ConfigError, FileError, InexactError, OutOfRange, UsageError):
        assert issubclass(error, BackpropError)


def test_representations_fit_on_a_line():
    found = trace("mazur")
    assert isinstance(found, Trace)
    assert isinstance(found.summary, Summary)
    assert isinstance(found.network, Network)
    assert repr(found) == (
        '<Trace of "Matt Mazur\'s 2-2-2 network": 66 lines, '
        "<Summary: E was 0.298371109 and is now 0.291027774, 10 parameters>>"
    )
    assert repr(found.network) == (
        '<Network "Matt Mazur\'s 2-2-2 network": 2-2-2, logistic, half-squared error>'
    )
    assert repr(found.lines[0]) == "<Line net_h1 = 0.3775 of epoch 1, sample 1>"


def test_a_trace_is_a_mapping_of_its_quantities():
    found = trace("mazur")
    assert len(found) == len(list(found)) == len(found.lines)
    assert next(iter(found)) == "net_h1"
    assert "w5_new" in found
    assert found["w5_new"] == found.values["w5_new"]
    with pytest.raises(KeyError, match="did you mean 'w5_new'"):
        found["w5_nev"]


def test_values_are_made_once():
    found = trace("xor", epochs=2)
    assert found.values is found.values
    assert found["epoch2.sample3.out_o1"] == found.values["epoch2.sample3.out_o1"]


def test_a_trace_can_be_exact_precise_or_rounded():
    assert trace("relu", exact=True)["L_total"] == Fraction(25, 32)
    assert str(trace("mazur", precision=30)["out_h1"]).startswith("0.5932699921071872")
    assert trace("mazur", round_each=3)["out_h1"] == Decimal("0.593")
    with pytest.raises(UsageError, match="exclude each other"):
        trace("mazur", exact=True, precision=30)
    with pytest.raises(InexactError, match="logistic"):
        trace("mazur", exact=True)
    for wrong in (0, -3, 1, 10**30):
        with pytest.raises(UsageError, match="from 2 to 1000"):
            trace("mazur", precision=wrong)
    for wrong in (-1, 31):
        with pytest.raises(UsageError, match="0 to 30 places"):
            trace("mazur", round_each=wrong)
    with pytest.raises(UsageError, match="counted from 1"):
        trace("mazur", epochs=0)
    with pytest.raises(UsageError, match="counted from 1"):
        trace("mazur", first=0)


def test_numbers_that_grow_beyond_what_can_be_written_are_told():
    with pytest.raises(OutOfRange, match="more than 3,000 digits"):
        trace("relu", epochs=12, exact=True)
    steep = load("mazur", ["eta=100", *(f"layers.{n}.activation=linear" for n in (0, 1))])
    with pytest.raises(OutOfRange, match="rounded to 4 places"):
        trace(steep, epochs=40, round_each=4)


def test_the_parameters_at_the_end_are_numbers_of_one_kind():
    fixed = load("relu", ["train_biases=false"])
    assert {type(x) for x in trace(fixed, exact=True).summary.parameters.values()} == {Fraction}
    assert {type(x) for x in trace(fixed, precision=9).summary.parameters.values()} == {Decimal}
    assert {type(x) for x in trace(fixed).summary.parameters.values()} == {float}


def test_a_late_epoch_begins_where_the_ones_before_have_led():
    late, all_of_them = trace("mazur", first=3), trace("mazur", epochs=3)
    assert late["w5_new"] == all_of_them["epoch3.w5_new"]


def test_a_notebook_shows_tables_of_what_a_person_would_write():
    html = trace("mazur")._repr_html_()
    assert html.count("<table>") == 7
    assert "err_o1" not in html  # known, but shown on request alone
    assert "E_total was 0.298371109 and is now 0.291027774." in html
    several = trace("xor", epochs=2)._repr_html_()
    assert "(epoch 2, sample 3)" in several


def test_load_takes_a_path_a_name_or_settings(tmp_path):
    path = tmp_path / "net.toml"
    path.write_text('eta = 0.5\ninputs = [1]\ntargets = [0]\n[[layers]]\n'
                    'activation = "tanh"\nweights = [[0.5]]\n')  # fmt: skip
    assert load(path).shape == (1, 1)
    assert load("mazur", ["eta=0.1"]).eta == Decimal("0.1")
    with pytest.raises(ConfigError, match="must be greater than 0"):
        load("mazur", ["eta=-1"])
    with pytest.raises(FileError, match="no such file"):
        load(tmp_path / "other.toml")


@pytest.mark.parametrize("what", [{"eta": 0.5}, ["mazur"], None, 3])
def test_what_is_no_path_is_told_as_such(what):
    with pytest.raises(TypeError, match=f"not from a {type(what).__name__}: write it to a TOML"):
        load(what)
    with pytest.raises(TypeError, match="a path or the name of an example"):
        trace(what)


def test_what_is_no_network_is_not_written_nor_checked():
    with pytest.raises(TypeError, match=r"not a str: to_toml\(load\('mazur'\)\)"):
        backprop_cli.to_toml("mazur")
    with pytest.raises(TypeError, match="the network comes before the arrays"):
        backprop_cli.check({"net_1": [1.0, 2.0]}, load("mazur"))
    with pytest.raises(TypeError, match="arrays are given by name, not as a list"):
        backprop_cli.check("mazur", [1.0, 2.0])
