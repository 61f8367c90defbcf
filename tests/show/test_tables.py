"""Small tables: what rich makes of records, and how many rows it gets to lay out."""

import pytest
from rich.console import Console
from rich.text import Text

from backprop_cli.show.tables import records_table

SEVERAL = [["net_h1", "0.1", "right", ""], ["w5_new", "2", Text("wrong", "red"), ""]]
REMARK = ["out_h1", "0.123456789", "wrong", "missing-bias, sign-slip"]


def printed(records, width):
    console = Console(width=width)
    with console.capture() as capture:
        console.print(records_table(("key", "given", "verdict", "remark"), records), crop=False)
    return [line.rstrip() for line in capture.get().splitlines()]


def test_records_of_one_line_each_are_laid_out_together():
    assert records_table("abcd", SEVERAL * 100).row_count == 1
    assert records_table("abcd", [*SEVERAL, REMARK, *SEVERAL, REMARK, REMARK]).row_count == 5
    assert records_table("abcd", []).row_count == 0


@pytest.mark.parametrize("width", [30, 46, 80])
def test_a_record_of_several_lines_moves_no_other(width):
    apart = printed([REMARK], width)
    together = printed([*SEVERAL, REMARK, *SEVERAL], width)
    assert together[0] == apart[0]
    assert together[4:-2] == apart[2:]
    assert together[2:4] == together[-2:]
    assert [line.split() for line in together[2:4]] == [
        ["net_h1", "0.1", "right"],
        ["w5_new", "2", "wrong"],
    ]
