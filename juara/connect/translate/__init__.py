"""Translating files into rows of ours by a mapping, and reporting on it."""

from juara.connect.translate.report import FileReport, PartReport, Problem, Remark, Report
from juara.connect.translate.styles import Habits
from juara.connect.translate.translation import CHUNK_ROWS, Chunk, Translation, translate

__all__ = [
    "CHUNK_ROWS",
    "Chunk",
    "FileReport",
    "Habits",
    "PartReport",
    "Problem",
    "Remark",
    "Report",
    "Translation",
    "translate",
]
