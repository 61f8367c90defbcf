"""The program: runs the command line and turns every way it can end into an exit code.

Modules are loaded inside the functions, where an interruption is caught.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # that of `typing` would have to be loaded
if TYPE_CHECKING:
    import click


class _Terminated(BaseException):
    """The program was told to end: what it has begun to write is taken away on the way out."""


def main() -> None:
    """Run the command line; never a traceback, unless BACKPROP_DEBUG asks for one."""
    try:
        import signal

        signal.signal(signal.SIGTERM, _terminated)
        code = run()
    except KeyboardInterrupt:  # while commands are still being loaded
        from backprop_cli.errors import EXIT_INTERRUPTED

        code = _told("interrupted", EXIT_INTERRUPTED)
    except _Terminated:
        from backprop_cli.errors import EXIT_TERMINATED

        code = _told("terminated", EXIT_TERMINATED)
    import gc

    gc.freeze()  # what is left ends with the process: nobody need look for garbage in it
    sys.exit(code)


def _terminated(number: int, frame: object) -> None:
    raise _Terminated


def run(args: list[str] | None = None) -> int:
    """Run the command line and return its exit code; messages go to standard error."""
    import gc

    gc.set_threshold(100_000, 20, 100)  # a large network is a million small formulas, all kept
    _open_streams()
    import os

    import click

    from backprop_cli.cli import cli
    from backprop_cli.errors import EXIT_ERROR, EXIT_FINE, EXIT_INTERRUPTED, BackpropError
    from backprop_cli.files import abandon

    try:
        code = cli.main(args, prog_name="backprop", standalone_mode=False)
        _flush()
        return code if isinstance(code, int) else EXIT_FINE
    except BackpropError as error:
        return _told(error.render(), error.exit_code)
    except click.ClickException as error:
        return _told(f"error: {error.format_message()}{_usage(error)}", EXIT_ERROR)
    except (KeyboardInterrupt, click.Abort):
        return _told("interrupted", EXIT_INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # the reader has left: click ends the program for that
        abandon(sys.stdout)
        return EXIT_FINE
    except OSError as error:
        return _told(f"error: {error.filename or 'output'}: {error.strerror}", EXIT_ERROR)
    except MemoryError:
        return _told("error: there is not enough memory for this", EXIT_ERROR)
    except Exception as error:
        if os.environ.get("BACKPROP_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".replace("\n", " ")
        hint = "this is a mistake of the program; BACKPROP_DEBUG=1 shows where it happens"
        return _told(f"error: {what[:500]}\n    hint: {hint}", EXIT_ERROR)


def _open_streams() -> None:
    """What the caller has closed swallows what is written; what cannot be encoded is escaped."""
    import contextlib
    import os

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        with contextlib.suppress(AttributeError, ValueError):
            getattr(sys, name).reconfigure(errors="backslashreplace")


def _told(message: str, code: int) -> int:
    import contextlib

    from backprop_cli.errors import harmless

    with contextlib.suppress(OSError, ValueError):
        print(harmless(message), file=sys.stderr)  # noqa: T201
    return code


def _usage(error: click.ClickException) -> str:
    context, hint = getattr(error, "ctx", None), getattr(error, "hint", None)
    if context and not hint:
        hint = f"{context.command_path} --help explains"
    return f"\n    hint: {hint}" if hint else ""


def _flush() -> None:
    """Write what is left; where the reader has gone, the verdict is the same."""
    from backprop_cli.files import abandon

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)


if __name__ == "__main__":
    main()
