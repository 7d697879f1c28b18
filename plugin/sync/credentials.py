"""Where a bearer token comes from. The QGIS authentication manager's side of it is in the bridge."""

from typing import Any, Callable, Optional, Protocol, Union

import requests


class Credentials(Protocol):
    """Who we are."""

    def headers(self) -> dict[str, str]:
        """Headers that show who we are."""

    def renew(self) -> bool:
        """Get a new token; False when there is no way to."""


class StaticToken:
    """A token somebody gave us; it cannot be renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def headers(self) -> dict[str, str]:
        """Headers that show who we are."""
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def renew(self) -> bool:
        """Get a new token; False when there is no way to."""
        return False


class ClientCredentials(StaticToken):
    """OAuth2 client credentials: a token from `token_url` (an address, or a function that finds it), a new one
    when the old one is over.
    """

    def __init__(
        self,
        token_url: Union[str, Callable[[], str]],
        client_id: str,
        client_secret: str,
        session: Optional[requests.Session] = None,
        timeout: float = 30,
        **form: Any,
    ) -> None:
        super().__init__("")
        self._url, self._session, self._timeout = token_url, session or requests.Session(), timeout
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            **form,
        }

    def headers(self) -> dict[str, str]:
        """As StaticToken, with a token that is got when it is first asked for."""
        if not self._token:
            self.renew()
        return super().headers()

    def renew(self) -> bool:
        """Ask the token endpoint for a new token. A redirect is not followed: the secret goes to that address only."""
        if callable(self._url):
            self._url = self._url()
        try:
            answer = self._session.post(self._url, data=self._form, timeout=self._timeout, allow_redirects=False)
            self._token = str(answer.json()["access_token"]) if answer.ok else ""
        except (requests.RequestException, ValueError, KeyError, TypeError, RecursionError):
            self._token = ""
        return bool(self._token)
