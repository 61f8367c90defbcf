"""From a TOML file to a `Network`, with every mistake told at its line.

`document` reads the text and knows where everything stands; `fields` is the one table of what a
config may say; `build` makes the network, and `writing` a config of a network. Begin with `fields`,
where a new key goes. May import `engine`, `formulas` and `errors`.
"""

from backprop_cli.config.build import network_of
from backprop_cli.config.checker import Checker
from backprop_cli.config.csv_table import CsvTable, separator_line
from backprop_cli.config.document import (
    DECIMAL,
    STDIN,
    Document,
    Remark,
    exact_number,
    parse_document,
    read_text,
)
from backprop_cli.config.examples import (
    DEFAULT,
    answers_path,
    companions,
    example_names,
    example_path,
    is_network,
    open_config,
)
from backprop_cli.config.fields import OTHER_WORDS, TABLES, with_defaults
from backprop_cli.config.kinds import INVALID
from backprop_cli.config.overrides import with_settings
from backprop_cli.config.parameters import MAX_PARAMETERS
from backprop_cli.config.positions import KeyPath, Spans, find_spans, path_text

__all__ = [
    "DECIMAL",
    "DEFAULT",
    "INVALID",
    "MAX_PARAMETERS",
    "OTHER_WORDS",
    "STDIN",
    "TABLES",
    "Checker",
    "CsvTable",
    "Document",
    "KeyPath",
    "Remark",
    "Spans",
    "answers_path",
    "companions",
    "exact_number",
    "example_names",
    "example_path",
    "find_spans",
    "is_network",
    "network_of",
    "open_config",
    "parse_document",
    "path_text",
    "read_text",
    "schema",
    "separator_line",
    "templates",
    "toml",
    "with_defaults",
    "with_settings",
    "writing",
]
