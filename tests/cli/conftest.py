"""What the tests of this folder share."""

from __future__ import annotations

import os
import shutil

import pytest

from backprop_cli.config import example_path


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a config, a class table, and links and other names that lead to them."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(example_path("mazur"), "m.toml")
    (tmp_path / "class.csv").write_text("student,net_h1\nAda,0.3775\n")
    (tmp_path / "ada.toml").write_text("net_h1 = 0.3775\n")
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "ada.toml").write_text("net_h1 = 0.3775\n")
    (tmp_path / "link.toml").symlink_to("m.toml")
    os.link("m.toml", "hard.toml")
    return tmp_path
