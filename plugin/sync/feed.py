"""The platform's feed of changes."""

from .errors import ContractError, PlatformError

PAGE = 1000


class Feed:
    """Reads `changes` of the platform behind a Transport."""

    def __init__(self, transport):
        self._http = transport

    def page(self, cursor, limit=PAGE):
        """(epoch, [(collection, item, op, version)], cursor behind them, whether there is more).

        Epoch None: the cursor is too old.
        """
        try:
            page, headers = self._http.get_json(self._http.items("changes"), {"limit": limit, "after": cursor})
        except PlatformError as error:
            if error.status == 410 and cursor:
                return None, [], cursor, False
            raise
        epoch = next((value for name, value in headers.items() if "epoch" in name.lower()), "")
        try:
            rows = [
                (p["collection"], str(p["item"]), p["op"], int(p["version"]))
                for p in (f["properties"] for f in page["features"])
            ]
            last = page["features"][-1]["id"] if rows else cursor
            return epoch, rows, last, bool(rows) and any(link.get("rel") == "next" for link in page.get("links") or ())
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError("sync_contract", what=f"changes: {error!r}") from error

    def end(self):
        """(epoch, cursor of the last row), found by halving: a hundred thousand rows need not be read to know
        where they end.
        """
        epoch, _, low, more = self.page(0, 1)
        step, growing = 1, True
        while more and str(low).isdigit() and step:
            _, rows, after, _ = self.page(int(low) + step - 1, 1)
            growing = growing and bool(rows)
            low, step = after if rows else low, step * 2 if growing else step // 2
        more = more and not str(low).isdigit()
        while more:  # cursors that are no numbers
            _, _, low, more = self.page(low)
        return epoch, low
