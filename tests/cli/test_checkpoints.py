"""Checkpoints, and what a run leaves behind."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from backprop_cli import files
from backprop_cli.train.course import Training

TRAIN = ("train", "mazur", "--epochs", "40", "--every", "10")


@pytest.fixture
def disk(monkeypatch):
    """A disk that is full when the list is empty: each file that is synced takes a room."""
    rooms, sync = [], os.fsync

    def fsync(handle: int) -> None:
        if not rooms:
            raise OSError(errno.ENOSPC, "No space left on device")
        if stat.S_ISREG(os.fstat(handle).st_mode):
            rooms.pop()
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return rooms


def test_a_second_run_on_a_checkpoint_is_refused(backprop, desk) -> None:
    with files.alone("c"):
        result = backprop(*TRAIN, "--checkpoint", "c")
        assert result.code == 2
        assert result.err.startswith("c: error: another run is writing to this file\n")
        assert backprop(*TRAIN, "--checkpoint", "d").code == 0
    assert backprop(*TRAIN, "--checkpoint", "c").code == 0
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_full_disk_ends_no_run(backprop, desk, disk) -> None:
    disk += [1, 1]
    result = backprop(*TRAIN, "--checkpoint", "c", "--save", "s", "--history", "h")
    assert result.code == 2
    assert result.err == (
        "warning: c: error: cannot be written: No space left on device; the run goes on\n"
        "c: error: cannot be written: No space left on device\n"
        "error: not written: the checkpoint\n"
    )
    assert "40" in result.out
    assert all((desk / name).exists() for name in "csh")
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_checkpoint_that_cannot_be_begun_is_told_before_the_run(backprop, desk, disk) -> None:
    result = backprop(*TRAIN, "--checkpoint", "c")
    assert (result.code, result.out) == (2, "")
    assert not (desk / "c").exists()


def test_what_could_not_be_saved_is_said_and_the_rest_is_there(backprop, desk, monkeypatch) -> None:
    replace = os.replace

    def full(source, target):
        if str(target).endswith(("save", "history")):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    result = backprop(*TRAIN, "--checkpoint", "c", "--save", "save", "--history", "history")
    assert result.code == 2
    assert result.err == (
        "save: error: cannot be written: No space left on device\n"
        "history: error: cannot be written: No space left on device\n"
        "error: not written: the trained numbers, the error curve\n"
        "    hint: the run is kept: --resume c\n"
    )
    assert "40" in result.out
    assert backprop("train", "mazur", "--resume", "c", "--save", "other", "-q").code == 0
    assert [p.name for p in desk.iterdir() if p.name.startswith(".")] == []


def test_a_run_that_diverged_and_was_not_saved_says_both(backprop, desk) -> None:
    call = ("train", "relu", "--set", "eta=100", "-q", "--history", "/dev/full")
    result = backprop(*call)
    assert result.code == 2
    assert "diverged" in result.err
    assert "not written: the error curve" in result.err


def test_a_checkpoint_follows_a_link_and_leaves_a_device_as_it_is(backprop, desk) -> None:
    (desk / "there").mkdir()
    (desk / "c").symlink_to("there/real")
    assert backprop(*TRAIN, "--checkpoint", "c").code == 0
    assert (desk / "c").is_symlink()
    assert (desk / "there" / "real").is_file()
    (desk / "null").symlink_to(os.devnull)
    assert backprop(*TRAIN, "--checkpoint", "null").code == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    assert (desk / "null").is_symlink()


def test_a_checkpoint_goes_through_a_pipe(backprop, desk) -> None:
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert backprop("train", "mazur", "--epochs", "1", "--checkpoint", "pipe").code == 0
    assert b"backprop/checkpoint" in os.read(reader, 100)
    os.close(reader)
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.usefixtures("at_most_a_minute")
def test_a_checkpoint_waits_for_no_reader(backprop, desk, monkeypatch) -> None:
    os.mkfifo("pipe")
    result = backprop(*TRAIN, "--checkpoint", "pipe")
    assert result.code == 2
    assert result.err.startswith("pipe: error: cannot be written: nobody reads it\n")
    readers = [os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)]
    keep = Training.keep

    def kept(self, run):
        keep(self, run)
        if readers:  # who has had enough after the first one
            os.close(readers.pop())

    monkeypatch.setattr(Training, "keep", kept)
    result = backprop(*TRAIN, "--checkpoint", "pipe", "--save", "s")
    assert result.code == 2
    assert result.err.splitlines()[0].endswith("nobody reads it; the run goes on")
    assert result.err.splitlines()[-1] == "error: not written: the checkpoint"
    assert (desk / "s").exists()
