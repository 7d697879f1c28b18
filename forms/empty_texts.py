"""What lists of records say while they are empty: what to do."""

from ..plugin.bridge.i18n import tr


def empty_text(rows: int, is_narrowed: bool, read_only: bool) -> str:
    """For the list of records; "" while it has rows. `is_narrowed`: by the search or a box."""
    if rows:
        return ""
    if is_narrowed:
        return tr("No record matches: empty the search field, choose all states and all periods.")
    if read_only:
        return tr("There are no records yet; the workspace is open for reading only.")
    return tr("There are no records yet: press New, or Excel to take them from a table.")


def nothing_due() -> str:
    """For the list of what is due."""
    return tr(
        "Nothing is due. Reporting units are entered in the form of reporting duties; without it, the "
        "records of the previous period are expected again."
    )


def nothing_to_roll_up() -> str:
    """For the roll-up, whose box of states shows only what was submitted at first."""
    return tr("There is nothing to roll up: choose another period, or All, drafts too, or submit records first.")
