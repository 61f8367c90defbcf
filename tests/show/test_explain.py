"""backprop explain: a tree from a quantity back to the inputs."""

import json

import pytest

from backprop_cli.api import trace


def tree(backprop, *args):
    return json.loads(backprop("explain", *args, "--format", "json").out)["quantity"]


def nodes(node):
    yield node
    for part in node.get("parts", ()):
        yield from nodes(part)


def test_the_tree_of_a_gradient(backprop, snapshot):
    result = backprop("explain", "mazur", "dE_dw1")
    assert (result.code, result.err) == (0, "")
    assert result.out == snapshot


def test_every_leaf_is_given_and_every_node_has_its_value(backprop):
    found = trace("mazur").values
    seen = list(nodes(tree(backprop, "mazur", "w1_new")))
    for node in seen:
        if "given" in node or node.get("repeated"):
            assert "parts" not in node
        else:
            assert node["value"] == found[node["key"]]
            assert node["parts"]
    leaves = {node["key"] for node in seen if "given" in node}
    assert {"w1", "i1", "eta", "t_o1", "b2", "w5"} <= leaves


def test_a_quantity_is_unfolded_once(backprop):
    unfolded = [
        node["key"] for node in nodes(tree(backprop, "mazur", "dE_dw1")) if node.get("parts")
    ]
    assert len(unfolded) == len(set(unfolded))


def test_depth_and_formats(backprop):
    plain = backprop("explain", "mazur", "dE_dw5", "--depth", "1", "--format", "plain").out
    assert [line[:8].strip() for line in plain.splitlines()] == ["∂E/∂w5 =", "δ_o1 =", "out_h1"]
    markdown = backprop("explain", "mazur", "dE_dw5", "--format", "markdown").out
    assert markdown.startswith("- ∂E/∂w5 = δ_o1·out_h1")


def test_one_argument_is_a_quantity_of_the_tutorial(backprop):
    assert backprop("explain", "dE_dw5").out == backprop("explain", "mazur", "dE_dw5").out


def test_symbols_and_qualified_keys(backprop):
    assert tree(backprop, "mazur", "∂E/∂w5")["key"] == "dE_dw5"
    found = trace("xor", epochs=3)
    assert tree(backprop, "xor", "epoch3.sample2.net_h1")["value"] == found["epoch3.sample2.net_h1"]
    assert (
        tree(backprop, "xor", "sample2.net_h1", "--epoch", "3")["value"]
        == (found["epoch3.sample2.net_h1"])
    )


def test_the_gradient_of_a_batch_comes_from_those_of_its_samples(backprop):
    seen = tree(backprop, "xor", "dE_dw1", "--set", "learning=batch")
    assert [part["symbol"] for part in seen["parts"]] == [
        f"∂E/∂w1{mark}" for mark in ["⁽¹⁾", "⁽²⁾", "⁽³⁾", "⁽⁴⁾"]
    ]
    assert seen["value"] == pytest.approx(sum(part["value"] for part in seen["parts"]) / 4)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("mazur", "dE_dw9"), "did you mean 'dE_d"),
        (("mazur", "w5"), "w5 is given, as a weight"),
        (("xor", "epoch3.E_epoch", "--epoch", "2"), "is not of epoch 2"),
        ((), "explain takes a config and a quantity"),
    ],
)
def test_what_cannot_be_explained(backprop, args, message):
    result = backprop("explain", *args)
    assert result.code == 2
    assert message in result.err


@pytest.mark.parametrize("form", ["table", "plain", "json", "markdown"])
def test_a_network_deeper_than_calls_can_be_is_explained(backprop, tmp_path, form):
    layer = '[[layers]]\nactivation = "tanh"\nweights = [[0.9]]\n'
    path = tmp_path / "chain.toml"
    path.write_text("eta = 0.1\ninputs = [0.5]\ntargets = [0.2]\n" + 400 * layer)
    result = backprop("explain", str(path), "dE_dw1", "--format", form)
    assert result.code == 0
    assert result.out.count("out_h1_1") >= 2
    if form == "json":
        assert result.out.count("{") == result.out.count("}") > 1000
        assert result.out.count("[") == result.out.count("]")
