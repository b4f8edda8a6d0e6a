"""Guessing what files hold, so that a person corrects a mapping rather than writing one."""

from juara.connect.suggest.choices import Choices, ColumnChoice, FileChoice
from juara.connect.suggest.compose import compose
from juara.connect.suggest.examine import Examined, examine
from juara.connect.suggest.facts import ColumnFacts, FileFacts
from juara.connect.suggest.judge import Finding, findings, other_currencies
from juara.connect.suggest.suggesting import suggest

__all__ = [
    "Choices",
    "ColumnChoice",
    "ColumnFacts",
    "Examined",
    "FileChoice",
    "FileFacts",
    "Finding",
    "compose",
    "examine",
    "findings",
    "other_currencies",
    "suggest",
]
