"""Arguments in the wrong order, or one that is missing: what is said of them."""

import pytest

SAID = {
    ("verify", "mine.toml", "mazur"): "backprop verify mazur mine.toml",
    ("verify", "mine.toml", "net.toml"): "backprop verify net.toml mine.toml",
    ("verify", "mazur", "net.toml"): "backprop worksheet writes a file to fill in",
    ("verify", "net.toml", "net.toml"): "backprop worksheet writes a file to fill in",
    ("explain", "net.toml"): "backprop explain net.toml dE_dw1",
    ("explain", "xor"): "backprop explain xor dE_dw1",
    ("explain", "w5_new", "net.toml"): "backprop explain net.toml w5_new",
}


@pytest.fixture
def here(backprop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("net_h1 = 0.3775\n")
    assert backprop("init", "net.toml", "--example", "mazur").code == 0


@pytest.mark.parametrize("call", SAID, ids=" ".join)
def test_the_right_order_is_told(backprop, here, call):
    result = backprop(*call)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("error: ") == 1
    assert result.err.endswith(f"    hint: {SAID[call]}\n")


@pytest.mark.parametrize(
    "call",
    [
        ("verify", "mazur", "mine.toml"), ("verify", "net.toml", "mine.toml"),
        ("verify", "mazur", "mazur.answers.toml"), ("verify", "mazur", "mazur"),
        ("explain", "w5_new"), ("explain", "net.toml", "w5_new"), ("explain", "mazur", "w5_new"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_the_right_order_is_taken(backprop, here, call):
    assert backprop(*call).code in (0, 1)


def test_a_pipe_is_not_looked_into(backprop, here, tmp_path, monkeypatch):
    """What is looked into could not be read again."""
    import os
    import threading

    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(
        target=lambda: (tmp_path / "pipe").write_text("net_h9 = 1\n"), daemon=True
    )
    writer.start()
    assert "there is no such quantity" in backprop("verify", "mazur", "pipe").err
    writer.join(5)
