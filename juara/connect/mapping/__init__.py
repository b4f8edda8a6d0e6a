"""Mapping files: what the columns of a source's files mean in our words."""

from juara.connect.mapping.load import load_mapping, parse_mapping
from juara.connect.mapping.types import (
    ColumnRule,
    Condition,
    Lookup,
    Mapping,
    PeopleSection,
    RecordSection,
    ReferenceSection,
    Section,
    TemplatePart,
)

__all__ = [
    "ColumnRule",
    "Condition",
    "Lookup",
    "Mapping",
    "PeopleSection",
    "RecordSection",
    "ReferenceSection",
    "Section",
    "TemplatePart",
    "load_mapping",
    "parse_mapping",
]
