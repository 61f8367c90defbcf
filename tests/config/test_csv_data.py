"""Samples from files: labels, standard scores, samples kept apart, and what is wrong in a file."""

import math

import pytest

from backprop_cli.api import load
from backprop_cli.config.build import network_of
from backprop_cli.config.document import read_document
from backprop_cli.errors import ConfigError

CSV = "a,b,kind\n1,2,cat\n3,4,ant\n5,9,cat\n7,8,bee\n"
CONFIG = """eta = 0.1
data = "data.csv"
inputs = ["a", "b"]
targets = ["kind"]
{more}
[[layers]]
activation = "softmax"
units = 3
"""


@pytest.fixture
def config(tmp_path):
    """The network of CONFIG, with other lines and another file."""

    def made(more="", text=CSV, config=CONFIG, **files):
        (tmp_path / "data.csv").write_text(text)
        for name, content in files.items():
            (tmp_path / f"{name}.csv").write_text(content)
        (tmp_path / "net.toml").write_text(config.format(more=more))
        return network_of(read_document(str(tmp_path / "net.toml")))

    return made


def refusal(made, *arguments, **more):
    with pytest.raises(ConfigError) as caught:
        made(*arguments, **more)
    return str(caught.value)


def test_a_column_of_text_becomes_one_hot_by_its_sorted_labels(config):
    net = config()
    assert net.labels == ("ant", "bee", "cat")
    assert [s.targets for s in net.samples] == [(0, 0, 1), (1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_numbers_are_kept_as_written(config):
    net = config(text="a,b,kind\n0.10,1e-3,x\n2,3,y\n4,5,z\n")
    assert [str(x) for x in net.samples[0].inputs] == ["0.10", "0.001"]


def test_standardized_inputs_have_mean_0_and_deviation_1(config):
    net = config("standardize = true")
    for column in zip(*(sample.inputs for sample in net.samples), strict=True):
        values = list(map(float, column))
        assert math.fsum(values) == pytest.approx(0, abs=1e-12)
        assert math.fsum(x * x for x in values) / len(values) == pytest.approx(1)


def test_an_input_that_never_changes_becomes_0(config):
    net = config("standardize = true", text="a,b,kind\n1,2,x\n1,3,y\n1,4,z\n")
    assert {float(sample.inputs[0]) for sample in net.samples} == {0.0}


def test_samples_kept_apart_are_not_learnt_and_scaled_like_the_others(config):
    net = config("standardize = true\nvalidation = 0.25\nseed = 2")
    assert (len(net.samples), len(net.validation)) == (3, 1)
    raw = config("validation = 0.25\nseed = 2")
    column = [float(sample.inputs[0]) for sample in raw.samples]
    mean = sum(column) / 3
    scale = math.sqrt(sum((x - mean) ** 2 for x in column) / 3)
    apart = float(raw.validation[0].inputs[0])
    assert float(net.validation[0].inputs[0]) == pytest.approx((apart - mean) / scale)
    assert config("validation = 0.25\nseed = 2").validation == raw.validation


def test_a_share_of_samples_in_the_config_may_be_kept_apart(config):
    text = (
        "eta = 0.1\ninputs = [[1], [2], [3], [4]]\ntargets = [[1], [0], [1], [0]]\n"
        'validation = 0.5\n[[layers]]\nactivation = "logistic"\nunits = 1\n'
    )
    net = config(config=text)
    assert (len(net.samples), len(net.validation)) == (2, 2)


def test_a_second_file_is_kept_apart(config):
    net = config('validation = "test.csv"', test="kind,b,a\nbee,1,2\n")
    assert len(net.samples) == 4
    assert [(s.inputs, s.targets) for s in net.validation] == [((2, 1), (0, 1, 0))]


def test_a_label_that_was_not_learnt_is_an_error(config):
    message = refusal(config, 'validation = "test.csv"', test="a,b,kind\n1,2,bees\n")
    assert "test.csv:2: error: column kind: " in message
    assert "did you mean 'bee'?" in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a,b,kind\n1,2,x\n3,four,y\n",
            "data.csv:3: error: column b: expected a number, got 'four'",
        ),
        ("a,b,kind\n1,,x\n", "data.csv:2: error: column b: the cell is empty"),
        ("a,b,kind\n1,2\n", "data.csv:2: error: the row has 2 cells, but the header 3"),
        ("a,b,kind\n", "data.csv:1: error: there are no rows below the header"),
        ("a,a,kind\n1,2,x\n", "a name stands twice"),
        ("", "the file is empty"),
        ("a,c,kind\n1,2,x\n", "the data has no column b"),
        ("a,b,kind\n1,nan,x\n", "column b: expected a number, got 'nan'"),
        ("a,b,kind\n1,2,5\n1,2,x\n", "column kind: expected a number, got 'x'"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(config, text, message):
    assert message in refusal(config, text=text)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("validation = 1.5", "must be between 0 and 1, not 1.5"),
        ("validation = true", "expected a number"),
        ("validation = 0.01", "leaves no sample on one side"),
        ('validation = "none.csv"', "there is no such file"),
        ("standardize = 1", "expected true or false"),
    ],
)
def test_what_is_wrong_in_the_config_is_told(config, more, message):
    assert message in refusal(config, more)


def test_a_second_file_needs_a_first(config):
    text = (
        'eta = 0.1\ninputs = [1]\ntargets = [1]\nvalidation = "x.csv"\n'
        '[[layers]]\nactivation = "logistic"\nunits = 1\n'
    )
    assert "goes with data" in refusal(config, config=text)


def test_iris_is_complete():
    net = load("iris", ["standardize=false"])
    samples = [*net.samples, *net.validation]
    assert net.labels == ("setosa", "versicolor", "virginica")
    assert [sum(s.targets[n] for s in samples) for n in range(3)] == [50, 50, 50]
    means = [float(sum(s.inputs[n] for s in samples)) / 150 for n in range(4)]
    assert [round(mean, 3) for mean in means] == [5.843, 3.057, 3.758, 1.199]


def test_iris_is_learnt(backprop):
    out = backprop("train", "iris", "--epochs", "100").out
    assert "Validation: 29 of 30 right" in out


def test_numbers_as_people_write_them(config):
    texts = ("5.", ".5", "+1e3", "-1E-2", "007")
    rows = [f"{text},0,{kind}\n" for text, kind in zip(texts, "xyzxy", strict=True)]
    net = config(text="a,b,kind\n" + "".join(rows))
    assert [float(sample.inputs[0]) for sample in net.samples] == [5, 0.5, 1000, -0.01, 7]


@pytest.mark.parametrize(
    "text", ["1e301", "1e-331", "1e99999", ".", "1e", "e5", "1,5", "١", "0x1", "1/2", "--1", "inf"]
)
def test_what_is_no_number_to_compute_with(config, text):
    message = refusal(config, text=f'a,b,kind\n1,"{text}",x\n')
    assert f"data.csv:2: error: column b: expected a number, got '{text}'" in message


@pytest.mark.parametrize("text", ["1e300", "1e-330", "0e-400", "-1e300"])
def test_the_largest_and_the_smallest_numbers(config, text):
    samples = config(text=f"a,b,kind\n1,{text},x\n1,2,y\n1,2,z\n").samples
    assert float(samples[0].inputs[1]) == float(text)


def test_numbers_near_the_largest_are_standardized_too(config):
    net = config("standardize = true", text="a,b,kind\n1e300,1,x\n-1e300,2,y\n0,2,z\n")
    assert [float(sample.inputs[0]) for sample in net.samples] == (
        pytest.approx([math.sqrt(1.5), -math.sqrt(1.5), 0])
    )


def test_the_file_is_found_beside_the_config(config, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    assert len(config().samples) == 4
    absolute = CONFIG.replace('"data.csv"', f'"{tmp_path / "data.csv"}"')
    assert config(config=absolute).samples == config().samples


def test_a_text_column_and_a_number_column_as_targets(config):
    text = "a,b,kind,y\n1,2,cat,0.5\n3,4,ant,1\n"
    net = config(text=text, config=CONFIG.replace('["kind"]', '["y", "kind"]'))
    assert [[float(t) for t in s.targets] for s in net.samples] == [[0.5, 0, 1], [1, 1, 0]]
    assert net.labels == ()


def test_the_source_line_of_a_bad_cell_is_told(config):
    assert "\n    3,four,y" in refusal(config, text="a,b,kind\n1,2,x\n3,four,y\n")
