"""Going through a namespace: what is in it, under which names, and what is not looked at."""

import sys
from collections import namedtuple

import numpy as np
import pytest
from namespaces import array, left_out, network, read

from backprop_cli.arrays.naming.found import MOST_THINGS, entries
from backprop_cli.arrays.naming.names import named
from backprop_cli.arrays.working.values import array_of


def names(**things):
    return [entry.name for entry in entries(things, 12)]


class Slotted:
    __slots__ = ("W", "_secret", "empty")

    def __init__(self):
        self.W, self._secret = array(), array()


class Kept:
    def __init__(self, **parts):
        self.__dict__.update(parts)


Layer = namedtuple("Layer", "W b")


def test_what_containers_hold_is_named_as_a_program_would_write_it():
    assert names(Z1=array()) == ["Z1"]
    assert names(grads={"dW1": array(), 2: array(), "_x": array()}) == ['grads["dW1"]', "grads[2]"]
    assert names(zs=[array(), array()]) == ["zs", "zs[0]", "zs[1]"]
    assert names(a=Slotted()) == ["a.W"]
    assert names(layer=Layer(array(), array())) == ["layer.W", "layer.b"]
    assert names(net=Kept(layers=[Kept(W=array())])) == ["net.layers[0].W"]
    assert names(deep={"a": {"b": {"c": array()}}}) == ['deep["a"]["b"]["c"]']


def test_lists_of_numbers_are_arrays_and_lists_of_lists_may_be():
    assert names(b1=[0.1, 0.2]) == ["b1"]
    assert names(W1=[[0.1, 0.2], [0.3, 0.4]]) == ["W1", "W1[0]", "W1[1]"]
    pure = {
        "W1": [[0.1, 0.2], [0.3, 0.4]],
        "zs": [[0.1, 0.2], [0.3]],
        "weights": [[[0.1]], [[1.0]]],
    }
    assert list(read(pure)[1]) == ["W1", "zs[0]", "zs[1]", "weights[0]", "weights[1]"]
    assert read({"W1": [[0.1, 0.2], [0.3, 0.4]]})[1] == {"W1": "W@1 W@1_new"}


def test_arrays_of_arrays_are_lists():
    ragged = np.empty(2, dtype=object)
    ragged[:] = [array(), array(2, 1)]
    assert list(read({"weights": ragged})[1]) == ["weights[0]", "weights[1]"]
    assert list(read({"zs": np.ones((2, 2, 3))})[1]) == ["zs[0]", "zs[1]"]
    assert list(read({"Z1": np.ones((2, 3, 1))})[1]) == [
        "Z1"
    ]  # what is wrong with it is told later
    assert read({"Z1": array_of([[1.0]], "Z1")})[1] == {"Z1": "net@1"}


def test_long_lists_are_none_of_layers():
    samples = [(array(2, 1), array(2, 1)) for _ in range(500)]
    assert names(training_data=samples, W1=array()) == ["training_data", "W1"]
    assert list(left_out({"training_data": samples, "W1": array()})) == ["training_data"]
    assert names(X=[[0.1, 0.2]] * 500) == ["X"]


def test_circles_and_endless_objects_come_to_an_end():
    first, second = Kept(W=array()), Kept(W=array())
    first.next, second.next = second, first
    assert names(layer1=first, layer2=second) == ["layer1.W", "layer1.next.W"]
    loop = []
    loop.append(loop)
    assert names(loop=loop, W1=array()) == ["loop", "loop[0]", "W1"]
    many = {f"x{at}": Kept(W=array()) for at in range(MOST_THINGS)}
    assert len(entries({"many": many}, 12)) < MOST_THINGS
    assert names(many=many, W1=array())[-1] == "W1"  # what comes after is seen all the same


def test_an_object_is_not_asked_to_compute_anything():
    class Touchy:
        def __init__(self):
            self.W1 = array()

        @property
        def loss(self):
            raise RuntimeError("this takes an hour")

        def __getattr__(self, name):
            raise RuntimeError(name)

    assert names(model=Touchy()) == ["model.W1"]


def test_of_objects_nothing_is_told_unless_something_is_understood():
    assert left_out({"figure": Kept(matrix=array()), "Z1": array()}) == {}
    assert list(left_out({"layer1": Kept(W=array(), mask=array())})) == ["layer1.mask"]


def test_a_layer_may_be_an_object_or_a_dict_with_the_number_outside():
    layers = [Kept(W=array(), b=array(), z=array(), a=array(), dW=array()) for _ in range(2)]
    assert list(read({"layers": layers})[1].values()) == [
        "W@1 W@1_new", "b@1 b@1_new", "net@1", "out@1", "dE_dW@1",
        "W@2 W@2_new", "b@2 b@2_new", "net@2", "out@2", "dE_dW@2",
    ]  # fmt: skip
    cache = {"cache1": {"Z": array(), "A": array()}, "cache2": {"Z": array(), "A": array()}}
    assert list(read(cache)[1].values()) == ["net@1", "out@1", "net@2", "out@2"]


def test_in_a_container_of_gradients_everything_is_one():
    meant = read({"grads": [{"W": array(), "b": array()}, {"W": array(), "b": array()}]})[1]
    assert list(meant.values()) == ["dE_dW@1", "dE_db@1", "dE_dW@2", "dE_db@2"]
    assert read({"gradients": {"W1": array()}})[1] == {'gradients["W1"]': "dE_dW@1"}
    assert read({"gradients": {"dW1": array()}})[1] == {'gradients["dW1"]': "dE_dW@1"}
    pairs = {"params": [(array(), array())] * 2, "grads": [(array(), array())] * 2}
    pairs = {name: [(array(), array()) for _ in range(2)] for name in pairs}
    assert list(read(pairs)[1].values()) == [
        "W@1 W@1_new", "b@1 b@1_new", "W@2 W@2_new", "b@2 b@2_new",
        "dE_dW@1", "dE_db@1", "dE_dW@2", "dE_db@2",
    ]  # fmt: skip


# PyTorch.

torch = sys.modules.get("torch") or pytest.importorskip("torch", reason="PyTorch is not installed")


class TwoLayers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)

    def forward(self, x):
        self.z1 = self.fc1(x)
        self.z1.retain_grad()
        return self.fc2(torch.tanh(self.z1))


def test_a_module_of_pytorch_gives_its_parameters_and_their_gradients():
    model, x = TwoLayers(), torch.ones(3, 2)
    output = model(x)  # which keeps no gradient, and would warn if it were asked
    output.sum().backward()
    assert read({"model": model, "x": x, "output": output}) == ("pytorch", {
        "model.fc1.weight": "W@1 W@1_new", "model.fc1.weight.grad": "dE_dW@1",
        "model.fc1.bias": "b@1 b@1_new", "model.fc1.bias.grad": "dE_db@1",
        "model.fc2.weight": "W@2 W@2_new", "model.fc2.weight.grad": "dE_dW@2",
        "model.fc2.bias": "b@2 b@2_new", "model.fc2.bias.grad": "dE_db@2",
        "model.z1": "net@1", "model.z1.grad": "delta@1",
        "x": "input@0", "output": "out@2 net@2",
    })  # fmt: skip


def test_what_is_beside_a_module_is_no_second_one():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    program = {"model": model, "optimizer": optimizer, "state": model.state_dict()}
    for parameter in model.parameters():
        program["parameter"] = parameter
    result = named(program, network())
    assert result.left_out == {}
    assert [name for name in result.meanings if "optimizer" in name] == []
    assert result.meanings['state["2.bias"]'] == result.meanings["model.2.bias"]


def test_tensors_of_ones_own():
    weights = torch.ones(2, 2, requires_grad=True)
    (torch.ones(3, 2) @ weights).sum().backward()
    assert read({"W1": weights})[1] == {"W1": "W@1 W@1_new", "W1.grad": "dE_dW@1"}
