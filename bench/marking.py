"""How well the marking names mistakes, measured with simulated students who share no code with it.

    python bench/marking.py [--students N] [--seed S] [--digits 3,4,6] [--style STYLE] [--only KIND]
                            [--jobs 2] [--json] [--kinds] [--list false|unnamed|verdicts|noise]

A student works one of the networks of `pupils/networks.py` by hand, makes one of the slips of
`pupils/slips*.py` in one line or throughout, carries it on, and hands in a whole sheet, a part of
it, or the results alone. KIND is the name of a slip, or a group of them.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from pupils.judging import Case, Said, judged
from pupils.networks import RECIPES, as_toml, drawn
from pupils.paper import Paper
from pupils.student import GROUPS, Student, student
from pupils.tables import as_data, kinds_table, table

from backprop_cli import load
from backprop_cli.errors import Place
from backprop_cli.marking.assessment import Assessment, Desk, Marked
from backprop_cli.marking.reading import Answer
from backprop_cli.marking.reading.answers import number_of
from backprop_cli.marking.verdicts import WRONG

LISTS = {
    "false": ("false certain", "false likely"),
    "unnamed": ("unnamed",),
    "noise": ("noise certain", "noise likely"),
    "verdicts": ("sound called wrong", "refused", "wrongly granted", "mistake called correct"),
}
STYLES = {"both": [False, True], "significant": [False], "decimals": [True]}
NOWHERE = Place("answers.toml")


def papers_of(seed: int) -> list[Paper]:
    """The networks, with numbers drawn by the seed."""
    return [Paper(drawn(recipe, random.Random(f"{seed}:{recipe.name}"))) for recipe in RECIPES]


def desk_for(paper: Paper) -> Desk:
    """A desk that marks the network. Ends the program if it works anything differently."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "network.toml"
        config.write_text(as_toml(paper.net))
        desk = Desk(load(config))
    sheet = desk.diagnosis((1,)).sheet
    theirs = {entry.key: sheet.truths[entry.slot] for entry in sheet.entries if entry.asked}
    own = {line.key: paper.truths[line.key] for line in paper.lines if line.asked}
    differing = [
        key
        for key in theirs | own
        if key not in theirs or key not in own or abs(theirs[key] - own[key]) > 1e-12
    ]
    if differing:
        raise SystemExit(f"{paper.net.name}: worked differently here: {', '.join(differing)}")
    return desk


def said_of(desk: Desk, pupil: Student) -> list[Said]:
    """What the program says of the answers, in its order."""
    answers = [
        Answer(desk.keys.address(key, {}), number_of(pupil.work.texts[key]), NOWHERE)
        for key in pupil.asked
    ]
    found = desk.assess(answers)
    return [
        Said(
            marked.key,
            marked.verdict.status,
            marked.mistakes or _conventions(found, marked),
            tuple(finding.mistake for finding in marked.likely),
        )
        for marked in found.answers
    ]


def _conventions(found: Assessment, marked: Marked) -> tuple[str, ...]:
    """The rule of other books by which a wrong line is right; its id is that of a mistake."""
    if marked.verdict.status != WRONG:
        return ()
    return tuple(convention.id for convention in found.conventions_of(marked))


def cases(
    numbers: range, seed: int, digits: list[int], decimals: list[bool], only: str
) -> list[Case]:
    """The students with these numbers, marked and judged."""
    papers, desks, found = papers_of(seed), {}, []
    for number in numbers:
        pupil = student(papers, number, seed, digits, decimals, only)
        if pupil is None:
            continue
        name = pupil.paper.net.name
        if name not in desks:
            desks[name] = desk_for(pupil.paper)
        case = judged(pupil, said_of(desks[name], pupil))
        case.told = [f"{number} {name} [{case.sheet}, {case.digits}] {t}" for t in case.told]
        found.append(case)
    return found


def marked_by(jobs: int, count: int, marking: Any) -> list[Case]:
    """All the cases, from so many processes."""
    parts = [range(start, count, jobs) for start in range(jobs)]
    if jobs == 1:
        return list(marking(parts[0]))
    with multiprocessing.Pool(jobs) as pool:
        return [case for part in pool.map(marking, parts) for case in part]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--students", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--digits", default="3,4,6", help="significant digits, or decimals")
    parser.add_argument("--style", choices=STYLES, default="both", help="how digits are counted")
    parser.add_argument("--only", default="", help=f"a slip, or one of {', '.join(GROUPS)}")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--kinds", action="store_true", help="a row for each slip besides")
    parser.add_argument("--list", choices=LISTS, default="", help="print the cases themselves")
    asked = parser.parse_args()
    digits = [int(number) for number in asked.digits.split(",")]
    begun = time.perf_counter()
    decimals = STYLES[asked.style]
    marking = partial(cases, seed=asked.seed, digits=digits, decimals=decimals, only=asked.only)
    found = marked_by(asked.jobs, asked.students, marking)
    taken = time.perf_counter() - begun
    if asked.json:
        print(json.dumps(as_data(found), indent=1))
        return
    if asked.list:
        for case in found:
            for told in case.told:
                if any(f"] {count}: " in told for count in LISTS[asked.list]):
                    print(f"{told}  <- {case.truth}")
        return
    print(table(found))
    if asked.kinds:
        print(kinds_table(found))
    print(f"{len(found)} students, {taken:.0f} s")


if __name__ == "__main__":
    main()
