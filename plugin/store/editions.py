"""Form editions of a workspace: the built-in ones, and newer ones pulled from a platform, which take their place."""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, Optional

from ..core.errors import CatalogueError
from ..core.forms.schema import FORM_IDS, Form, form_from_schema, form_from_text, load_form
from .audit import AuditChain, Change, canonical_text, now_text
from .database import Database
from .layer_style import store_style
from .record_table import ensure_table


class Editions:
    """The form definitions of one workspace."""

    def __init__(self, database: Database, audit: AuditChain) -> None:
        self._db, self._audit = database, audit
        self._forms: dict[str, Form] = {}

    def form(self, form_id: str) -> Form:
        """Newest edition of a form, of those stored and the built-in one; CatalogueError for an unknown form."""
        if form_id not in self._forms:
            stored = self._db.rows("SELECT body FROM onemap_form WHERE form = ?", (form_id,))
            forms = [_read(form_id, body) for (body,) in stored] + ([load_form(form_id)] if form_id in FORM_IDS else [])
            if not forms:
                raise CatalogueError("form_unknown", form=form_id)
            self._forms[form_id] = max(forms, key=lambda form: edition_order(form.edition))
        return self._forms[form_id]

    def ids(self) -> list[str]:
        """Ids of all forms of the workspace, the built-in ones first."""
        stored = [row[0] for row in self._db.rows("SELECT DISTINCT form FROM onemap_form ORDER BY form")]
        return [*FORM_IDS, *(name for name in stored if name not in FORM_IDS)]

    def edition(self, form_id: str, edition: str) -> Form:
        """A certain edition, by which an old record was filled in; the newest where that one is not kept."""
        body = self._db.value("SELECT body FROM onemap_form WHERE form = ? AND edition = ?", (form_id, edition))
        return _read(form_id, body) if body else self.form(form_id)

    def install(self, schema: dict[str, Any], actor: str) -> Form:
        """Take in a schema (dict): its table gains what it lacks, its QGIS form is renewed.

        Return the Form now in use.
        """
        return self._apply(form_from_schema(schema), actor)

    def _apply(self, form: Form, actor: str) -> Form:
        schema = form.schema
        digest = hashlib.sha256(canonical_text(schema).encode("utf-8")).hexdigest()
        known = self._db.value("SELECT sha256 FROM onemap_form WHERE form = ? AND edition = ?", (form.id, form.edition))
        try:
            if known != digest:
                self._install(
                    form,
                    (form.id, form.edition, json.dumps(schema, ensure_ascii=False), digest, now_text()),
                    known,
                    actor,
                )
        finally:
            self._forms.pop(form.id, None)  # what a rolled-back transaction left there is not true
        return self.form(form.id)

    def _install(self, form: Form, row: Sequence[Any], known: Optional[str], actor: str) -> None:
        with self._db.writing():
            self._db.execute("INSERT OR REPLACE INTO onemap_form VALUES (?, ?, ?, ?, ?)", row)
            self._forms.pop(form.id, None)
            ensure_table(self._db, self.form(form.id))
            store_style(self._db, self.form(form.id))
            after = {"edition": form.edition, "sha256": row[3]}
            self._audit.append(
                actor, "install form", "form", Change(form.id, {"sha256": known} if known else None, after)
            )

    def ensure_tables(self) -> None:
        """Bring the table of every installed form to the shape that this plugin writes."""
        for (form_id,) in list(self._db.rows("SELECT DISTINCT form FROM onemap_form ORDER BY form")):
            ensure_table(self._db, self._stored(form_id))

    def _stored(self, form_id: str) -> Form:
        """Newest edition of those stored: a built-in one that is newer is installed by itself."""
        rows = self._db.rows("SELECT body FROM onemap_form WHERE form = ?", (form_id,))
        return max((_read(form_id, body) for (body,) in rows), key=lambda f: edition_order(f.edition))

    def install_built_in(self, actor: str) -> None:
        """Take in the plugin's own editions that the workspace does not hold yet."""
        for form_id in FORM_IDS:
            self._apply(load_form(form_id), actor)


def _read(form_id: str, body: str) -> Form:
    """The Form of a stored schema; CatalogueError for one that somebody spoilt."""
    try:
        return form_from_text(body)
    except ValueError as error:
        raise CatalogueError("form_schema_wrong", form=form_id, error=error) from error


def edition_order(edition: str) -> list[int]:
    """Sort key of editions like "2026.1" and "2026.10"."""
    return [int(number) for number in re.findall(r"[0-9]+", edition)]
