"""What the tests of this folder share."""

from __future__ import annotations

import pytest
from documents import MAZUR

from backprop_cli.config.document import Document, parse_document


@pytest.fixture
def mazur() -> Document:
    return parse_document(MAZUR, "mazur.toml")
