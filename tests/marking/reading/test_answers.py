"""Answers in every form they come in, and what is said of those that cannot be read."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli import load
from backprop_cli.errors import BackpropError, ConfigError, FileError
from backprop_cli.marking.reading.answers import faultless, located, read_answers
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.sheet import sheet_of

MAZUR, XOR, BATCH = (Keys(sheet_of(load(name))) for name in ("mazur", "xor", "batch"))


def read(text, name="answers.toml", keys=MAZUR):
    return faultless(located(items_of(text, name), keys))


def values(text, name="answers.toml", keys=MAZUR):
    return {
        (a.address.epoch, a.address.sample, a.address.key): a.number and a.number.value
        for a in read(text, name, keys)
    }


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("net h1", "net_h1"), ("NET_H1", "net_h1"), ("δ_o1", "delta_o1"), ("delta o1", "delta_o1"),
        ("δ(o1)", "delta_o1"), ("dE/dnet_o1", "delta_o1"), ("dE/dw5", "dE_dw5"),
        ("∂E/∂w5", "dE_dw5"), ("dE_total/dw5", "dE_dw5"), ("w5+", "w5_new"), ("w5⁺", "w5_new"),
        ("w5'", "w5_new"), ("w5′", "w5_new"), ("w5 new", "w5_new"), ("new w5", "w5_new"),
        ("Δw5", "change_w5"), ("E", "E_total"), ("E+", "E_total_new"), ("E_total⁺", "E_total_new"),
        ("dE_o1/dout_h1", "dE_dout_h1_via_o1"), ("∂E/∂out_h1 via o2", "dE_dout_h1_via_o2"),
        ("∂out_o1/∂net_o1", "dout_dnet_o1"), ("out_o1+", "out_o1_new"), ("b1+", "b1_new"),
        ("dE/db1", "dE_db1"),
    ],
)  # fmt: skip
def test_keys_are_forgiving(written, key):
    assert MAZUR.address(written, {}).key == key


@pytest.mark.parametrize("name", ["mazur", "softmax", "deep", "adam", "han-kamber", "negnevitsky"])
def test_every_key_and_symbol_finds_its_quantity(name):
    keys = Keys(sheet_of(load(name)))
    for entry in keys.sheet.entries:
        said = {"sample": entry.address.sample} if entry.address.sample else {}
        for written in (entry.step.key, entry.step.name.symbol):
            assert keys.address(written, said) == entry.address


def test_an_unknown_key_gets_did_you_mean():
    with pytest.raises(ConfigError, match="did you mean 'delta_o1'"):
        read("delta_01 = 1")


def test_a_key_of_several_samples_asks_which():
    with pytest.raises(UnknownKey, match="which sample"):
        XOR.address("net_h1", {})
    assert XOR.address("sample2.net_h1", {}).sample == 2
    assert BATCH.address("dL/dw1", {}).sample == 0
    assert BATCH.address("sample2.dL/dw1", {}).sample == 2


def test_toml_keeps_trailing_zeros():
    (found,) = read("net_h1 = 0.3770")
    assert (found.number.digits, found.number.places) == (4, 4)


def test_an_empty_text_is_blank():
    assert values("net_h1 = ''\nout_h1 =") == {(1, 1, "net_h1"): None, (1, 1, "out_h1"): None}


FORMS = {
    "a.toml": "sample1.net_h1 = 0.5\n[sample2]\nnet_h1 = 0.25\n[epoch3.sample2]\nnet_h1 = 0.125",
    "b.toml": "sample1.net_h1 = 0,5\nsample2.'net h1' = 1/4\n[epoch3.sample2]\nnet_h1 = 0,125",
    "a.json": '{"sample1.net_h1": 0.5, "sample2": {"net_h1": "0.25"}, "epoch3": {"sample2": '
              '{"net_h1": 0.125}}}',
    "a.csv": "quantity,value,sample,epoch\nnet_h1,0.5,1,\nnet_h1,0.25,2,1\nnet_h1,1/8,2,3\n",
    "b.csv": 'Quantity;Value;Sample;Epoch\nnet h1;0,5;1;1\nnet h1;"0,25";2;1\nnet h1;0,125;2;3\n',
    "a.jsonl": '{"epoch": 1, "sample": 1, "key": "net_h1", "value": 0.5}\n'
               '{"epoch": 1, "sample": 2, "key": "net_h1", "value": 0.25}\n'
               '{"epoch": 3, "sample": 2, "key": "net_h1", "value": 0.125}\n',
    "t.json": '{"schema": "backprop/trace/1", "network": {"x": 1}, "steps": ['
              '{"epoch": 1, "sample": 1, "key": "net_h1", "value": 0.5},'
              '{"epoch": 1, "sample": 2, "key": "net_h1", "value": 0.25},'
              '{"epoch": 3, "sample": 2, "key": "net_h1", "value": 0.125}]}',
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_say_the_same(form):
    text = FORMS[form]
    expected = {(1, 1, "net_h1"): 0.5, (1, 2, "net_h1"): 0.25, (3, 2, "net_h1"): 0.125}
    assert values(text, form, XOR) == expected
    assert values(text, "<stdin>", XOR) == expected


def test_a_given_may_be_repeated_but_not_contradicted():
    assert values("i1 = 0.05\nw5 = 0.40\nnet_h1 = 1") == {(1, 1, "net_h1"): 1.0}
    with pytest.raises(ConfigError, match=r"w5 is given in the network as 0\.4"):
        read("w5 = 0.5\nnet_h1 = 1")


BAD = {
    "": "the file is empty",
    "net_h1 = 0.3\n'net h1' = 0.4": "a.toml:2: error: \"net h1\": net_h1 is answered twice",
    "net_h1 = 0.3\nnet_h1 = 0.4": "a.toml:2",
    "net_h1 = 3 = x": "a.toml:1",
    "net_h1 = true": "expected a number, got true",
    "net_h1 = [1]": "expected a number, got a list",
    "net_h1 = nan": "not a number to compare with",
    "net_h1 = 1979-05-27": "expected a number",
    "[sample9]\nnet_h1 = 1": "there is no net_h1 of sample 9",
    "[foo]\nnet_h1 = 1": "foo is no sample, batch or epoch",
    "epoch0.net_h1 = 1": "epochs are counted from 1",
    "epoch999999999.net_h1 = 1": "too late",
    "net_h1 = 1\n" + "[" * 5000: "error",
    "net_h1 = 1" + "0" * 5000: "error",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:20])
def test_bad_answers_get_one_clear_error(text):
    with pytest.raises(BackpropError) as error:
        read(text, "a.toml")
    assert BAD[text] in str(error.value)


@pytest.mark.parametrize("name", ["a.toml", "a.json", "a.csv", "a.jsonl", "<stdin>"])
def test_a_truncated_file_is_an_error_or_fewer_answers(name, tmp_path):
    whole = FORMS.get(name, FORMS["t.json"])
    for length in range(0, len(whole), 3):
        path = tmp_path / name.strip("<>")
        path.write_text(whole[:length])
        with contextlib.suppress(BackpropError):
            read_answers(str(path), XOR, [].append)


def test_binary_and_wrong_encoding_are_refused(tmp_path):
    for content in (b"\x00\x01\x02", b"net_h1 = \xff1", "net_h1 = 1".encode("utf-16")):
        path = tmp_path / "a.toml"
        path.write_bytes(content)
        with pytest.raises(BackpropError, match=r"a\.toml"):
            faultless(read_answers(str(path), MAZUR, [].append))


KEYS = st.sampled_from(["net_h1", "δ_o1", "sample1", "epoch2", "w5+", "x", "", "schema", "steps"])
TEXT = st.text(max_size=12)
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_answers_or_an_error(data):
    with contextlib.suppress(BackpropError):
        read(json.dumps(data), "a.json")


LINES = st.lists(
    st.tuples(
        KEYS | TEXT, st.sampled_from(["=", ",", ";", ":", ""]), TEXT | st.floats().map(str)
    ).map("".join),
    max_size=5,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.toml", "a.csv", "a.json", "a.jsonl", "<stdin>"]),
    LINES | LINES.map(lambda text: "quantity,value,sample\n" + text),
)
def test_any_text_is_answers_or_an_error(name, text):
    with contextlib.suppress(BackpropError):
        read(text, name)


def handed(text, name="answers.toml", keys=MAZUR):
    found = located(items_of(text, name), keys)
    answers = {a.address.key: (a.number and a.number.value, a.fault) for a in found.answers}
    faults = [
        (f.key, f.problem.what, f.problem.place.line, f.address and f.address.key)
        for f in found.faults
    ]
    return answers, faults


def test_what_cannot_be_read_is_the_fault_of_its_cell():
    text = "net_h1 = 0.3775\nout_h1 = n/a\nw5 = 0.3\ndelta_01 = 1\nzzz = 2\nE = = \nnet_h2 = []"
    what = "expected a number, got the text 'n/a'"
    answers, faults = handed(text.replace("[]", "1/0"))
    assert answers == {
        "net_h1": (0.3775, ""), "out_h1": (None, what), "E_total": (None, ""),
        "net_h2": (None, "1/0 divides by zero"),
    }  # fmt: skip
    assert faults == [
        ("out_h1", what, 2, "out_h1"),
        ("w5", "w5 is given in the network as 0.4, not 0.3", 3, "w5_new"),
        ("delta_01", "there is no such quantity", 4, "delta_o1"),
        ("zzz", "there is no such quantity", 5, None),
        ("net_h2", "1/0 divides by zero", 7, "net_h2"),
    ]


def test_what_is_answered_twice_counts_as_blank():
    answers, faults = handed("net_h1 = 1\nE = 2\n'net h1' = 1\nNET_H1 = 1")
    what = "net_h1 is answered twice (first in line 1)"
    assert answers == {"net_h1": (None, what), "E_total": (2.0, "")}
    assert [fault[1:3] for fault in faults] == [(what, 3), (what, 4)]


def test_a_row_with_a_bad_sample_spoils_no_other():
    text = "key,value,sample,epoch\nE,1,1,\nE,2,²,\nE,3,1,1e99999\nE,4,5,6,7\nnet_h1,1,2,3,4\n"
    answers, faults = handed(text, "a.csv", XOR)
    what = "the row has 5 cells, but the header 4"
    assert answers == {"E_total": (1.0, ""), "net_h1": (None, what)}
    assert [fault[1:] for fault in faults] == [
        ("sample is not a whole number", 3, None),
        ("epoch is not a whole number", 4, None),
        (what, 5, None),
        (what, 6, "net_h1"),
    ]


def test_old_encodings_and_a_line_for_the_separator_are_read_with_a_remark(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\nquantity;value;note\nnet_h1;0,3775;für\n".encode("cp1252"))
    remarks = []
    (answer,) = faultless(read_answers(str(path), MAZUR, remarks.append))
    assert (answer.number.value, answer.place.line) == (0.3775, 3)
    assert remarks == [
        f"{path}: not UTF-8; read as Windows-1252 (cp1252)",
        f'{path}: its first line says that ";" separates cells',
    ]
    path.write_text("quantity,value\nnet_h1,1\n")
    read_answers(str(path), MAZUR, remarks.append)
    assert len(remarks) == 2
    path.write_bytes(b"quantity,value\nnet_h1,\x81\n")  # no letter of cp1252
    with pytest.raises(FileError, match="not UTF-8: byte 0x81"):
        read_answers(str(path), MAZUR, remarks.append)
    assert values("SEP=|\nquantity|value\nnet_h1|2", "<stdin>") == {(1, 1, "net_h1"): 2.0}


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_of_json_is_no_answer_and_its_line_is_told(constant):
    said = f":2: error: {constant} is not a number to compare with"
    for text, name in (
        (f'{{"net_h2": 0.3925,\n "net_h1": {constant}}}', "a.json"),
        (f'{{"net_h2": 0.3925}}\n{{"net_h1": {constant}}}', "a.jsonl"),
    ):
        with pytest.raises(ConfigError) as raised:
            read(text, name)
        assert name + said in str(raised.value)
    with pytest.raises(ConfigError, match=r"sample is not a whole number|more than nine digits"):
        read(f'{{"key": "net_h1", "sample": {constant}, "value": 1}}', "a.jsonl")
