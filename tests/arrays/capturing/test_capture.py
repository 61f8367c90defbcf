"""What PyTorch computed of a model is what the network computes that is captured with it."""

from functools import partial

import pytest

from backprop_cli import UsageError, capture, trace

torch = pytest.importorskip("torch", reason="capture is about models of PyTorch")
nn, functional = torch.nn, torch.nn.functional
SAMPLES = 5
CLASSES = torch.tensor([0, 1, 2, 1, 0])


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(7)


def inputs(features=3, samples=SAMPLES):
    return torch.randn(samples, features, dtype=torch.float64)


def targets(outputs=2, samples=SAMPLES):
    return torch.rand(samples, outputs, dtype=torch.float64)


def sequence(*modules):
    return nn.Sequential(*modules).double()


def expected(net):
    """The entries of every matrix, by (key, row, column), from the steps of single units."""
    found, worked = {}, trace(net)
    for layer in net.layers:
        number, biases = layer.number, enumerate(layer.biases)
        weights = (weight for row in layer.weights for weight in row)
        names = [
            (f"dE_dW{number}", w.receiver.number - 1, w.sender.number - 1, f"dE_d{w.name}")
            for w in weights
        ]
        names += [(f"dE_db{number}", j, 0, f"dE_d{bias.name}") for j, bias in biases]
        for s in range(len(net.samples)):
            prefix = f"sample{s + 1}." if len(net.samples) > 1 else ""
            for j, unit in enumerate(layer.units):
                names += [(f"{kind}_{layer.number}", j, s, f"{prefix}{kind}_{unit.name}")
                          for kind in ("net", "out", "delta", "dE_dout")]  # fmt: skip
        found |= {(key, j, i): worked[name] for key, j, i, name in names if name in worked}
    for key in ("E_total", "E_mean", "E_epoch"):
        if key in worked:
            found[key, 0, 0] = worked[key]
    return found


def differing(net, arrays, close=1e-12):
    """The keys of the arrays that are not what the network computes."""
    right = expected(net)
    wrong = set()
    for key, array in arrays.items():
        for j, row in enumerate(array.lists()):
            for i, value in enumerate(row):
                if value != pytest.approx(right[key, j, i], rel=close, abs=close):
                    wrong.add(key)
    return wrong


ACTIVATIONS = {
    "logistic": nn.Sigmoid(), "tanh": nn.Tanh(), "relu": nn.ReLU(inplace=True),
    "leaky-relu": nn.LeakyReLU(0.2), "elu": nn.ELU(0.7), "softplus": nn.Softplus(),
    "silu": nn.SiLU(), "gelu": nn.GELU(), "mish": nn.Mish(), "softmax": nn.Softmax(dim=-1),
    "linear": nn.Identity(),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_of_pytorch_computes_as_ours(name):
    model = sequence(nn.Linear(3, 4), ACTIVATIONS[name], nn.Linear(4, 2))
    net, arrays = capture(model, inputs(), targets(), nn.MSELoss())
    assert [layer.activation_name for layer in net.layers] == [name, "linear"]
    assert net.source == "a model of PyTorch"
    assert differing(net, arrays) == set()
    assert {"net_1", "out_1", "dE_dout_1", "delta_1", "dE_dW1", "dE_db1", "E_mean"} <= set(arrays)
    assert arrays["delta_1"].shape == (4, SAMPLES)
    assert arrays["dE_dW2"].shape == (2, 4)


LOSSES = [
    (nn.MSELoss(), "mean-squared", None),
    (nn.MSELoss(reduction="sum"), "squared", None),
    (functional.mse_loss, "mean-squared", None),
    (partial(functional.mse_loss, reduction="sum"), "squared", None),
    (nn.HuberLoss(delta=0.3), "huber", None),
    (nn.SmoothL1Loss(reduction="sum"), "huber", None),
    (lambda y, t: ((y - t) ** 2).sum() / 2, "half-squared", None),
    (nn.BCEWithLogitsLoss(), "binary-cross-entropy", "logistic"),
    (nn.BCEWithLogitsLoss(reduction="sum"), "binary-cross-entropy", "logistic"),
]


@pytest.mark.parametrize("case", range(len(LOSSES)))
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("samples", [1, SAMPLES])
def test_every_loss_of_pytorch_is_ours(case, outputs, samples):
    loss, error, last = LOSSES[case]
    model = sequence(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, outputs))
    net, arrays = capture(model, inputs(samples=samples), targets(outputs, samples), loss)
    assert outputs == 1 or net.error_name == error  # of one output some are the same
    assert net.layers[-1].activation_name == (last or "linear")
    assert differing(net, arrays) == set()
    assert ("out_2" in arrays) is (last is None)


@pytest.mark.parametrize(
    ("last", "loss"),
    [
        ([], nn.CrossEntropyLoss()),
        ([], nn.CrossEntropyLoss(reduction="sum")),
        ([], nn.CrossEntropyLoss(label_smoothing=0.1)),
        ([], functional.cross_entropy),
        ([nn.LogSoftmax(dim=-1)], nn.NLLLoss()),
        ([nn.LogSoftmax(dim=-1)], nn.NLLLoss(reduction="sum")),
        ([nn.LogSoftmax(dim=-1)], nn.CrossEntropyLoss()),
        ([nn.Softmax(dim=-1)], lambda y, t: -torch.log(y[range(len(t)), t]).sum()),
    ],
)
def test_classes_and_softmax(last, loss):
    model = sequence(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3), *last)
    net, arrays = capture(model, inputs(), CLASSES, loss)
    assert net.layers[-1].activation_name == "softmax"
    assert net.error_name == "cross-entropy"
    assert differing(net, arrays) == set()
    assert "delta_2" in arrays


def test_probabilities_as_targets():
    given = torch.softmax(targets(3), dim=1)
    net, arrays = capture(sequence(nn.Linear(3, 3)), inputs(), given, nn.CrossEntropyLoss())
    assert differing(net, arrays) == set()


def test_what_the_loss_takes_the_mean_of_besides_is_said():
    model = sequence(nn.Linear(3, 3))
    net, arrays = capture(model, inputs(), targets(3), nn.BCEWithLogitsLoss())
    assert "divided by the 3 outputs" in net.source
    model(inputs())
    assert differing(net, arrays) == set()


@pytest.mark.parametrize(("kind", "close"), [(torch.float32, 1e-5), (torch.float16, 1e-2)])
def test_narrow_floats_keep_their_type(kind, close):
    model = nn.Sequential(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2)).to(kind)
    net, arrays = capture(model, inputs().to(kind), targets().to(kind), nn.MSELoss())
    assert {array.type for array in arrays.values()} == {str(kind).removeprefix("torch.")}
    assert differing(net, arrays, close) == set()


class Written(nn.Module):
    """Activations that no module stands for, and outputs without their second axis."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 1)

    def forward(self, x):
        hidden = functional.elu(self.second(torch.relu(self.first(x))), 0.3)
        return torch.sigmoid(self.third(hidden)).squeeze(1)


def test_activations_inside_forward_are_recognised_and_said():
    given = targets(1).reshape(-1)
    net, arrays = capture(Written().double(), inputs(), given, nn.BCELoss())
    assert [layer.activation_name for layer in net.layers] == ["relu", "elu", "logistic"]
    assert float(net.layers[1].alpha) == 0.3
    assert "what follows first (Linear) computes relu" in net.source
    assert differing(net, arrays) == set()


class Slope(torch.autograd.Function):
    """A tanh whose backward pass is right or wrong."""

    @staticmethod
    def forward(ctx, x, right):
        out = torch.tanh(x)
        ctx.save_for_backward(out)
        ctx.right = right
        return out

    @staticmethod
    def backward(ctx, given):
        (out,) = ctx.saved_tensors
        return given * (1 - out**2 if ctx.right else 1 - out), None


class Mine(nn.Module):
    def __init__(self, right):
        super().__init__()
        self.right = right

    def forward(self, x):
        return Slope.apply(x, self.right)


@pytest.mark.parametrize("right", [True, False])
def test_a_wrong_backward_pass_of_ones_own_is_seen(right):
    model = sequence(nn.Linear(3, 4), Mine(right), nn.Linear(4, 2))
    net, arrays = capture(model, inputs(), targets(), nn.MSELoss())
    assert "1 (Mine) computes tanh" in net.source
    wrong = set() if right else {"delta_1", "dE_dW1", "dE_db1"}
    assert differing(net, arrays) == wrong


class Layer(nn.Module):
    """A linear layer of one's own, with a row of weights for each sending unit."""

    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.randn(3, 4)), nn.Parameter(torch.randn(4))

    def forward(self, x):
        return x @ self.w + self.b


def test_a_linear_layer_of_ones_own_is_recognised():
    model = sequence(Layer(), nn.Tanh(), nn.Linear(4, 2, bias=False))
    net, arrays = capture(model, inputs(), targets(), nn.MSELoss())
    assert net.shape == (3, 4, 2)
    assert net.layers[1].biases == ()
    assert "dE_db2" not in arrays
    assert differing(net, arrays) == set()


def test_what_leaves_numbers_as_they_are_is_passed():
    model = sequence(
        nn.Flatten(), nn.Sequential(nn.Linear(6, 4), nn.Dropout(0.5), nn.Tanh()), nn.Linear(4, 2)
    )
    model.eval()
    given = inputs(6).reshape(SAMPLES, 2, 3)
    net, arrays = capture(model, given, targets(), nn.MSELoss())
    assert net.shape == (6, 4, 2)
    assert differing(net, arrays) == set()


def test_the_model_is_left_as_it_was():
    model = sequence(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model[0].weight.grad = torch.full_like(model[0].weight, 3.0)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        capture(model, inputs(), targets(), nn.MSELoss())
    assert torch.equal(model[0].weight.grad, torch.full_like(model[0].weight, 3.0))
    assert model[2].weight.grad is None
    assert model.training
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_a_part_that_is_cut_off_gets_no_gradient():
    class Detached(Written):
        def forward(self, x):
            hidden = torch.tanh(self.second(torch.tanh(self.first(x))).detach())
            return self.third(hidden)

    net, arrays = capture(Detached().double(), inputs(), targets(1), nn.MSELoss())
    assert differing(net, arrays) >= {"dE_dW1", "dE_dW2"}
    assert {abs(slope) for row in arrays["dE_dW1"].lists() for slope in row} == {0.0}


def test_frozen_parameters_are_left_out():
    model = sequence(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model[0].weight.requires_grad_(False)
    net, arrays = capture(model, inputs(), targets(), nn.MSELoss())
    assert "dE_dW1" not in arrays
    assert "dE_db1" in arrays
    assert differing(net, arrays) == set()


def test_lists_are_inputs_and_targets_too():
    net, arrays = capture(
        nn.Linear(2, 2).double(), [[1, 2], [3.5, 4]], [0, 1], nn.CrossEntropyLoss()
    )
    assert differing(net, arrays) == set()


class Skip(Written):
    def forward(self, x):
        hidden = torch.tanh(self.first(x))
        return self.third(torch.tanh(self.second(hidden)) + hidden)


class Shared(Written):
    def forward(self, x):
        return self.third(torch.tanh(self.second(torch.tanh(self.second(self.first(x))))))


class Beside(Written):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.third(self.scale * torch.tanh(self.second(torch.tanh(self.first(x)))))


class Pair(Written):
    def forward(self, x):
        return self.first(x), 1


L = nn.Linear


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Skip(), "between second (Linear) and third (Linear) no activation is known"),
        (Shared(), "second (Linear) is used twice"),
        (Beside(), "scale is a parameter outside of any layer"),
        (Pair(), "the model gives a tuple"),
        (nn.Sequential(nn.Tanh(), L(3, 1)), "1 (Linear) does not get the inputs as they are"),
        (nn.Sequential(L(3, 4), nn.GELU(approximate="tanh"), L(4, 1)), "1 (GELU(approximate="),
        (nn.Sequential(L(3, 4), nn.Tanh(), nn.Sigmoid(), L(4, 1)), "1 (Tanh), 2 (Sigmoid)"),
        (nn.Sequential(L(3, 4), nn.Softplus(beta=2), L(4, 1)), "1 (Softplus(beta=2"),
        (nn.Sequential(L(3, 4), nn.BatchNorm1d(4), L(4, 1)), "1 (BatchNorm1d) is not supported"),
        (nn.Sequential(L(3, 4), nn.PReLU(), L(4, 1)), "1 (PReLU) is not supported"),
        (nn.Sequential(L(3, 4), nn.Dropout(0.3), L(4, 1)), "1 (Dropout(p=0.3"),
        (nn.LSTM(3, 1), "the model gives a tuple"),
        (nn.Tanh(), "the model calls no linear layer"),
        (L(4, 1), "the model cannot be run on the inputs: RuntimeError"),
        (L(3, 1).to("meta"), "the model cannot be run"),
        (L(3, 1).requires_grad_(False), "does not depend on anything that is trained"),
        ("tanh", "expected a model of torch.nn, got a str"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_named(model, said):
    model = model.double() if isinstance(model, nn.Module) else model
    with pytest.raises(UsageError) as raised:
        capture(model, inputs(), targets(1), nn.MSELoss())
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("given", "loss", "said"),
    [
        (torch.rand(SAMPLES).double(), nn.MSELoss(), "targets of the shape (5,)"),
        (torch.rand(4, 2).double(), nn.MSELoss(), "the loss cannot be taken"),
        (targets(), nn.MSELoss(reduction="none"), "the loss is not one number"),
        (targets(), nn.L1Loss(), "the loss L1Loss = "),
        (targets(), nn.MSELoss, "did you mean MSELoss()?"),
        (targets(), 3, "the loss is of type int, no function"),
        (targets(), lambda y, t: torch.tensor(1.0), "does not depend on anything"),
        ([0, 1, 1, 0, 5], nn.CrossEntropyLoss(), "the loss cannot be taken, the targets are"),
        ("a", nn.MSELoss(), 'targets: the text "a" is no number'),
    ],
)  # fmt: skip
def test_what_is_no_loss_is_said(given, loss, said):
    outputs = 1 if "(5,)" in said else 2
    with pytest.raises(UsageError) as raised:
        capture(sequence(L(3, outputs)), inputs(), given, loss)
    assert said in str(raised.value)


def test_a_softmax_taken_twice_is_told():
    model = sequence(L(3, 3), nn.Softmax(dim=1))
    with pytest.raises(UsageError, match="softmax is taken twice"):
        capture(model, inputs(), CLASSES, nn.CrossEntropyLoss())
    weighted = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0]).double())
    with pytest.raises(UsageError, match="weights of classes are not supported"):
        capture(sequence(L(3, 3)), inputs(), CLASSES, weighted)


def test_numbers_that_are_none_are_told_before():
    with pytest.raises(UsageError, match="inputs: there are numbers that are NaN"):
        capture(sequence(L(3, 2)), inputs() * float("nan"), targets(), nn.MSELoss())
    model = sequence(L(3, 2))
    model[0].bias.data[0] = float("inf")
    with pytest.raises(UsageError, match=r"0\.bias: there are numbers that are NaN"):
        capture(model, inputs(), targets(), nn.MSELoss())
    with pytest.raises(UsageError, match="inputs: is empty"):
        capture(sequence(L(3, 2)), torch.zeros(0, 3), targets(), nn.MSELoss())
