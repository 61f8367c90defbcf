"""Files of arrays are read, and broken ones are told for what they are; nothing in them is run."""

import io
import pickle
import sys
import zipfile

import numpy as np
import pytest

from backprop_cli.arrays import files
from backprop_cli.arrays.files import form_of, read_arrays
from backprop_cli.errors import BackpropError, FileError

W = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(path):
    with pytest.raises(BackpropError) as raised:
        read_arrays(str(path))
    assert str(path) in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("name", ["a.npz", "a.dump"])
def test_an_npz_has_its_arrays_by_name(folder, save, name):
    with open(name, "wb") as file:
        save(file, W1=W, b=np.float32([1, 2]), n=np.int64(3))
    assert form_of(name) == ".npz"
    found = read_arrays(name)
    assert {key: (a.shape, a.type) for key, a in found.arrays.items()} == {
        "W1": ((2, 3), "float64"), "b": ((2,), "float32"), "n": ((), "integer"),
    }  # fmt: skip
    assert found.arrays["W1"].lists() == W.tolist()
    assert found.left_out == {}


def test_an_npy_is_called_as_its_file(folder):
    np.save("Z1.npy", W)
    assert read_arrays("Z1.npy").arrays["Z1"].lists() == W.tolist()
    np.save("one.npy", np.float16(0.5))
    assert read_arrays("one.npy").arrays["one"].type == "float16"


def test_what_has_no_numbers_is_left_out(folder):
    np.savez("a.npz", W=W, label=np.array(["a"]), z=np.zeros(2, complex))
    found = read_arrays("a.npz")
    assert list(found.arrays) == ["W"]
    assert found.left_out == {
        "label": "has entries of type text, which are no numbers here",
        "z": "has complex numbers",
    }


def test_files_that_are_broken(folder):
    np.savez("a.npz", W1=W)
    np.save("a.npy", W)
    for ending, keep in ((".npz", 0.5), (".npz", 0.9), (".npy", 0.9), (".npy", 0.05)):
        data = (folder / f"a{ending}").read_bytes()
        (folder / f"cut{ending}").write_bytes(data[: int(len(data) * keep)])
        assert "the file is broken: it " in refused(f"cut{ending}")
    header = io.BytesIO()
    said = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(header, said)
    (folder / "lie.npy").write_bytes(header.getvalue() + b"1" * 80)
    with zipfile.ZipFile("lie.npz", "w") as archive:
        archive.writestr("a.npy", header.getvalue() + b"1" * 80)
    assert "shorter than its header says" in refused("lie.npy")
    assert "shorter than its header says" in refused("lie.npz")
    (folder / "magic.npy").write_bytes(b"hello, world" * 9)
    assert "this is no file of NumPy" in refused("magic.npy")
    (folder / "magic.npz").write_bytes(b"hello, world" * 9)
    assert "this is no file of NumPy" in refused("magic.npz")
    (folder / "empty.npz").write_bytes(b"")
    assert "the file is empty" in refused("empty.npz")
    (folder / "folder.npz").mkdir()
    assert "this is a directory" in refused("folder.npz")
    assert "there is no such file" in refused("missing.npz")
    with zipfile.ZipFile("other.npz", "w") as archive:
        archive.writestr("a.txt", "hello")
    assert "has no arrays of NumPy" in refused("other.npz")
    (folder / "a.txt").write_text("hello")
    assert form_of("a.txt") == form_of("missing.txt") == form_of("folder") == ""
    assert "files of arrays end in .npz, .npy" in refused("a.txt")


class Alarm:
    """Who reads this as a pickle is found out."""

    def __reduce__(self):
        return print, ("a pickle was run",)


def test_a_pickle_is_never_run(folder, capsys):
    for name in ("a.npy", "a.npz", "a.pt"):
        (folder / name).write_bytes(pickle.dumps(Alarm()))
        if name != "a.pt":
            assert "a pickle, which may run code and is not read" in refused(name)
    np.save("objects.npy", np.array([Alarm(), 1], dtype=object), allow_pickle=True)
    assert "a pickle, which may run code" in refused("objects.npy")
    np.savez("objects.npz", W=W, o=np.array([Alarm(), 1], dtype=object))
    assert "o: an array of objects is stored as a pickle" in refused("objects.npz")
    assert "np.savez(path, W1=W1)" in refused("objects.npz")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros(3, [("a", "f8")]), "a: has entries of type record"),
        (np.zeros(3, complex), "a: has complex numbers"),
        (np.zeros((1, 1, 1, 1)), "a: has 4 axes"),
        (np.zeros((0, 3)), "a: is empty"),
    ],
)
def test_arrays_of_anything_else(folder, array, said):
    np.savez("a.npz", a=array)
    assert f"there are no arrays of numbers here: {said}" in refused("a.npz")


def test_no_more_is_unfolded_than_is_allowed(folder, monkeypatch):
    np.savez_compressed("bomb.npz", a=np.zeros(10_000))
    assert (folder / "bomb.npz").stat().st_size < 5_000
    monkeypatch.setattr(files, "MOST_BYTES", 80_128)  # and a header
    assert read_arrays("bomb.npz").arrays["a"].shape == (10_000,)
    monkeypatch.setattr(files, "MOST_BYTES", 80_127)
    assert "too large here" in refused("bomb.npz")
    np.save("large.npy", np.zeros(10_000))
    monkeypatch.setattr(files, "MOST_BYTES", 80_000)
    assert "too large here" in refused("large.npy")


@pytest.mark.parametrize(
    ("name", "package"),
    [("a.npz", "numpy"), ("a.npy", "numpy"), ("a.pt", "torch"), ("a.safetensors", "safetensors")],
)
def test_a_package_that_is_missing_is_named(folder, monkeypatch, name, package):
    (folder / name).write_bytes(b"something")
    monkeypatch.setitem(sys.modules, package, None)
    assert f"pip install {package}" in refused(name)


def test_state_dicts_of_pytorch(folder):
    torch = pytest.importorskip("torch", reason="files of PyTorch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    names = {"0.weight", "0.bias", "1.weight", "1.bias"}
    torch.save(model.state_dict(), "a.pt")
    found = read_arrays("a.pt")
    assert set(found.arrays) == names
    assert found.arrays["0.weight"].lists() == model[0].weight.tolist()
    assert found.arrays["0.weight"].type == "float32"
    torch.save({"epoch": 3, "model": model.state_dict()}, "b.pth")
    assert set(read_arrays("b.pth").arrays) == {"epoch", *names}
    pair = {"one": model.state_dict(), "two": model.state_dict(), "lr": torch.tensor(0.5)}
    torch.save(pair, "c.pt")
    assert {"one.0.weight", "two.0.weight", "lr"} <= set(read_arrays("c.pt").arrays)
    torch.save(torch.ones(2, 2), "d.pt")
    assert read_arrays("d.pt").arrays["array"].shape == (2, 2)
    torch.save(model, "whole.pt")
    assert "there is more than weights: a pickle" in refused("whole.pt")
    (folder / "pickle.pt").write_bytes(pickle.dumps(Alarm()))
    assert "a pickle, which may run code" in refused("pickle.pt")
    (folder / "cut.pt").write_bytes((folder / "a.pt").read_bytes()[:900])
    assert "the file is broken" in refused("cut.pt")


def test_safetensors(folder):
    torch = pytest.importorskip("torch", reason="files of PyTorch")
    safetensors = pytest.importorskip("safetensors.torch", reason="files of safetensors")
    weights = {"fc1.weight": torch.randn(2, 3), "fc1.bias": torch.randn(2)}
    safetensors.save_file(weights, "a.safetensors")
    found = read_arrays("a.safetensors").arrays
    assert found["fc1.weight"].lists() == weights["fc1.weight"].tolist()
    narrow = {name: tensor.bfloat16() for name, tensor in weights.items()}
    safetensors.save_file(narrow, "b.safetensors")
    assert read_arrays("b.safetensors").arrays["fc1.bias"].type == "bfloat16"
    (folder / "cut.safetensors").write_bytes((folder / "a.safetensors").read_bytes()[:-3])
    assert "the file is broken" in refused("cut.safetensors")
    (folder / "bad.safetensors").write_bytes(b"\xff" * 50)
    assert "the file is broken" in refused("bad.safetensors")


def test_what_is_read_is_an_input(folder):
    from backprop_cli.files import check_output, forget

    forget()
    np.savez("a.npz", W1=W)
    read_arrays("a.npz")
    with pytest.raises(FileError, match="this is an input"):
        check_output("a.npz")
    forget()
