"""What a form is called in lists of forms."""

from ..plugin.bridge.i18n import tr
from ..plugin.core.forms.schema import Form


def form_title(form: Form) -> str:
    """The form's title; one of ours, waiting for an official form, says so."""
    return tr("{0} (proposal)").format(form.label) if form.is_proposal else str(form.label)
