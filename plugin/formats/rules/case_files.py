"""Kinds of review cases, reasons for accepting findings, first words of opinions: data of resources/review."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from ...core.errors import CatalogueError
from ...core.review.rounds import RoundSummary
from ...paths import RESOURCES
from .yaml_lines import load_yaml

_FOLDER = RESOURCES / "review"


@dataclass(frozen=True)
class CaseKind:
    """A kind of case: `signers`: what the first and the second signature stand for; `materials`: what belongs to it."""

    id: str
    zh: str
    en: str
    template: str
    materials: tuple
    signers: tuple


@dataclass(frozen=True)
class ReasonKind:
    """A category of reasons; `ask`: what its text should say."""

    id: str
    zh: str
    en: str
    ask: str


@lru_cache(maxsize=1)
def case_kinds() -> tuple:
    """All CaseKinds; raises CatalogueError naming the file for one that was edited wrongly."""
    with _edited("case_kinds.yaml"):
        rows = load_yaml(_FOLDER / "case_kinds.yaml").data["kinds"]
        return tuple(
            CaseKind(**{**r, "materials": tuple(r["materials"]), "signers": tuple(r["signers"])}) for r in rows
        )


@lru_cache(maxsize=1)
def reason_kinds() -> tuple:
    """All ReasonKinds; raises CatalogueError naming the file for one that was edited wrongly."""
    with _edited("override_reasons.yaml"):
        return tuple(ReasonKind(**row) for row in load_yaml(_FOLDER / "override_reasons.yaml").data["reasons"])


def opinion(kind: str, case: str, number: int, summary: RoundSummary, accepted: int) -> str:
    """First words of the opinion on a round by the template of its kind of case; "" for a kind without one.

    Raises CatalogueError for a template with a placeholder that there is not.
    """
    counts = {name: getattr(summary, name) for name in RoundSummary.__dataclass_fields__}
    wanted = next((k.template for k in case_kinds() if k.id == kind), "land_use_compliance")
    with _edited("opinion_templates.yaml"):
        templates = {row["id"]: row["zh"] for row in load_yaml(_FOLDER / "opinion_templates.yaml").data["templates"]}
        return templates.get(wanted, "").format(**{**counts, "case": case, "round": number, "accepted": accepted})


@contextmanager
def _edited(file: str) -> Iterator[None]:
    """What a mistake in an edited file does, in words that name it."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError) as error:
        raise CatalogueError("case_file_invalid", file=f"resources/review/{file}", error=error) from error
