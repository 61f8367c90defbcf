"""A regression in PyTorch with functions of its own for the layers, so that backward is by hand."""

import torch
from torch import nn

torch.manual_seed(8)


class LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight)
        return input.mm(weight.t()) + bias

    @staticmethod
    def backward(ctx, grad_output):
        input, weight = ctx.saved_tensors
        grad_input = grad_output.mm(weight)
        grad_weight = grad_output.t().mm(input)
        grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class TanhFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        output = torch.tanh(input)
        ctx.save_for_backward(input, output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, output = ctx.saved_tensors
        return grad_output * (1 - output**2)


class ReLUFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input <= 0] = 0
        return grad_input


class Linear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) * 0.7)
        self.bias = nn.Parameter(torch.randn(out_features) * 0.3)

    def forward(self, input):
        return LinearFunction.apply(input, self.weight, self.bias)


class Tanh(nn.Module):
    def forward(self, input):
        return TanhFunction.apply(input)


class ReLU(nn.Module):
    def forward(self, input):
        return ReLUFunction.apply(input)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = Linear(3, 4)
        self.tanh1 = Tanh()
        self.fc2 = Linear(4, 5)
        self.relu2 = ReLU()
        self.fc3 = Linear(5, 1)

    def forward(self, x):
        x = self.tanh1(self.fc1(x))
        x = self.relu2(self.fc2(x))
        return self.fc3(x)


X = torch.randn(6, 3)
y = torch.randn(6, 1)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
criterion = nn.MSELoss()

layers = [model.fc1, model.fc2, model.fc3]
arguments = dict(
    weights=[layer.weight.detach().clone() for layer in layers],
    biases=[layer.bias.detach().clone() for layer in layers],
    inputs=X,
    targets=y,
    activations=["tanh", "relu", "linear"],
    error="mean-squared",
    eta=0.2,
    learning="batch",
)

captured = {}


def capture(name):
    def hook(module, inputs, output):
        captured[name] = output.detach().clone()

    return hook


for name, module in model.named_children():
    module.register_forward_hook(capture(name))

optimizer.zero_grad()
output = model(X)
loss = criterion(output, y)
loss.backward()
optimizer.step()

arrays = dict(captured)
arrays["loss"] = loss
for name, parameter in model.named_parameters():
    arrays[name] = parameter
    arrays[name + ".grad"] = parameter.grad
