"""A page writes numbers as the command line does, to the last digit."""

import math
import random
import struct

from node import in_node

from backprop_cli.show import Format

WRITE = """
const { written } = backpropNumbers;
return cases.map(([value, digits, decimals]) => written(value, { digits, decimals }));
"""


def written(cases):
    return in_node(["numbers.js"], WRITE, cases)


def compare(cases):
    texts = written(cases)
    expected = [Format(digits, decimals)(value) for value, digits, decimals in cases]
    wrong = [row for row in zip(cases, texts, expected, strict=True) if row[1] != row[2]]
    assert wrong[:10] == []


def test_numbers_of_every_size():
    chance = random.Random(1)
    values = [struct.unpack("d", chance.randbytes(8))[0] for _ in range(3000)]
    values += [chance.choice((-1, 1)) * 10 ** chance.uniform(-12, 18) for _ in range(3000)]
    values += [chance.uniform(-2, 2) for _ in range(2000)]
    cases = [(v, chance.choice((1, 2, 5, 9, 9, 15, 17, 20)), None) for v in values]
    cases += [(v, 9, chance.choice((0, 1, 3, 6, 12))) for v in values if abs(v) < 1e25]
    compare(cases)


def test_what_lies_in_the_middle_goes_to_the_even_digit():
    """2.5 is 2 and 3.5 is 4; so is what only looks like the middle, 0.15, by its exact value."""
    chance = random.Random(2)
    halves = [n / 2 for n in range(-41, 41)] + [n / 8 for n in range(-81, 81)]
    halves += [chance.randrange(1, 2**20) / 2 ** chance.randrange(1, 25) for _ in range(3000)]
    halves += [chance.randrange(1, 10**6) * 10 + 5.0 for _ in range(500)]
    halves += [n / 100 + 0.005 for n in range(200)]
    cases = [(v, digits, None) for v in halves for digits in (1, 2, 3, 5)]
    cases += [(v, 9, decimals) for v in halves for decimals in (0, 1, 2, 3)]
    compare(cases)


def test_zero_has_no_sign_and_what_is_no_number_a_name():
    values = [0.0, -0.0, -1e-12, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
    values += [1e15, 999999999999999.9, 1e-7, 9.9999999999e-8, -1e21, 1.5e22, 9.5, 99999.99995]
    cases = [(v, d, None) for v in values for d in (1, 4, 9, 17, 101)]
    compare(cases + [(v, 9, d) for v in values for d in (0, 3, 9, 30)])


def test_the_comparison_sees_a_wrong_digit():
    assert written([(2.5, 1, None)]) == ["2"] != [f"{3:d}"]
