"""The district's data: one folder of YAML files, each read through a schema."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
_MISTAKES = (ValueError, OSError, yaml.YAMLError)  # a ValidationError is a ValueError


def load(folder: Path, name: str, model: type[Model]) -> Model:
    """The file `name` of the district's folder, checked against `model`.

    Raises `pydantic.ValidationError` naming the row that is wrong, `FileNotFoundError` when the file is missing; either
    carries the file's name as a note.
    """
    try:
        return model.model_validate(yaml.load((folder / name).read_text(encoding="utf-8"), yaml.CSafeLoader))
    except _MISTAKES as error:
        error.add_note(name)
        raise


def command(*readers: Callable[[Path], object]) -> None:
    """The command `python -m SERVICE.district FOLDER`: prints a line for each mistake; exit code 1 for any."""
    folder = Path(sys.argv[1])
    found = [line for reader in readers for line in _mistakes(reader, folder)]
    print("\n".join(found))  # noqa: T201 - a command
    sys.exit(1 if found else 0)


def _mistakes(reader: Callable[[Path], object], folder: Path) -> list[str]:
    try:
        reader(folder)
    except _MISTAKES as error:
        file = ", ".join(getattr(error, "__notes__", ())) or "across files"
        return [f"{file}: {text}" for text in _texts(error)]
    return []


def _texts(error: Exception) -> list[str]:
    if isinstance(error, ValidationError):
        return [f"{'.'.join(map(str, row['loc'])) or 'whole'}: {row['msg']}" for row in error.errors()]
    return [str(error)]
