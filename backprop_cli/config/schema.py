"""The tables of `fields` as JSON Schema, for editors that complete and check a config."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_cli.config.fields import INIT_METHODS, ROUNDED, SPELLINGS, TABLES, Field
from backprop_cli.config.kinds import FRACTION, LETTER, MOST_PLACES

Schema = dict[str, Any]

_FRACTION = {
    "type": "string",
    "description": 'a fraction, "1/3"',
    "pattern": f"^{FRACTION}$",
}
_NUMBER: Schema = {"anyOf": [{"type": "number"}, _FRACTION]}
_NUMBERS: Schema = {"type": "array", "items": _NUMBER, "minItems": 1}
_ROWS: Schema = {"type": "array", "items": _NUMBERS, "minItems": 1}
_PLACES: Schema = {"type": "integer", "minimum": 0, "maximum": MOST_PLACES}
_POINTS: Schema = {"anyOf": [{"type": "number", "minimum": 0}, _FRACTION]}
_COLUMNS: Schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_SAMPLES: Schema = {"anyOf": [_NUMBERS, _ROWS, _COLUMNS]}
_KEPT_APART: Schema = {"type": "object", "additionalProperties": False,
                       "required": ["inputs", "targets"],
                       "properties": {key: {"anyOf": [_NUMBERS, _ROWS]}
                                      for key in ("inputs", "targets")}}  # fmt: skip

_KINDS: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "integer": {"type": "integer"},
    "count": {"type": "integer", "minimum": 1},
    "numbers": _NUMBERS,
    "rows": _ROWS,
    "samples": _SAMPLES,
    "split": {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                        {"type": "string"}, _KEPT_APART]},
    "texts": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True},
    "pattern": {"type": "string"},
    "letter": {"type": "string", "pattern": f"^{LETTER}$"},
    "names": {
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": ["array", "string", "integer"]}},
        ]
    },
    "points": {"type": "object", "additionalProperties": _POINTS},
    "rounding": {"anyOf": [_PLACES, {"type": "object", "additionalProperties": False,
                                     "properties": dict.fromkeys(ROUNDED, _PLACES)}]},
}  # fmt: skip

# What the keys of a table have to do with each other.
_RULES: Mapping[str, Schema] = {
    "layers": {
        "oneOf": [{"required": ["weights"]}, {"required": ["units"]}],
        "not": {"required": ["bias", "biases"]},
        "dependentRequired": {"init": ["units"]},
    },
    "init": {
        "allOf": [
            {"if": {"properties": {"method": {"const": method}},
                    "required": [] if method == TABLES["init"]["method"].default else ["method"]},
             "then": {"propertyNames": {"enum": ["method", *known]}}}
            for method, known in INIT_METHODS.items()
        ],
    },
}  # fmt: skip


def json_schema() -> Schema:
    """JSON Schema (draft 2020-12) of a config."""
    schema = _table("")
    schema["properties"]["$schema"] = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "backprop config",
        **schema,
    }


def _table(name: str) -> Schema:
    fields = TABLES[name]
    properties = {key: _described(field) for key, field in fields.items()}
    for spelling, key in SPELLINGS.get(name, {}).items():
        properties[spelling] = properties[key]
    required = [key for key, field in fields.items() if field.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": required} if required else {}),
        **_RULES.get(name, {}),
    }


def _described(field: Field) -> Schema:
    schema: Schema = {"description": field.about}
    if field.default is not None:
        schema["default"] = float(field.default) if field.kind == "number" else field.default
    return schema | _kind(field)


def _kind(field: Field) -> Schema:
    if field.kind == "[layers]":
        return {"type": "array", "minItems": 1, "items": _table("layers")}
    if field.kind in ("[error]", "[optimizer]"):
        name = field.kind.strip("[]")
        return {"anyOf": [{"enum": list(TABLES[name]["name"].choices)}, _table(name)]}
    if field.kind.startswith("["):
        return _table(field.kind.strip("[]"))
    if field.kind == "choice":
        return {"enum": list(field.choices)}
    if field.kind == "number":
        bounds = {
            "minimum": field.least,
            "exclusiveMinimum": field.above,
            "exclusiveMaximum": field.below,
        }
        known = {key: bound for key, bound in bounds.items() if bound is not None}
        return {"anyOf": [{"type": "number", **known}, _FRACTION]}
    return _KINDS[field.kind]
