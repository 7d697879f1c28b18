"""What can go wrong between us and the platform; each error says whether trying again can help."""

from ..core.errors import OneMapError


class PlatformError(OneMapError):
    """The platform answered with an error.

    `status`: HTTP code; `problem`: its problem document, {} where it sent none.
    """

    def __init__(self, status, problem, retry_after=None):
        self.status, self.problem, self.retry_after = status, problem, retry_after
        self.retryable = status in (408, 425, 429) or status >= 500
        super().__init__("sync_refused", status=status, words=self.words)

    @property
    def words(self):
        """What the server says, in its own words; `fields` are named where it names them."""
        told = [str(self.problem.get(key) or "") for key in ("title", "detail")]
        fields = self.problem.get("fields")
        if isinstance(fields, list) and fields:
            told.append(", ".join(map(str, fields)))
        return ": ".join(text for text in told if text) or str(self.status)


class UnreachableError(OneMapError):
    """No usable answer: line, name, certificate, proxy, timeout, or a reply cut short."""

    retryable = True

    def __init__(self, url, error):
        super().__init__("sync_unreachable", url=url, error=error)


class LoginError(OneMapError):
    """The platform does not know us (401) and no new token could be had."""

    def __init__(self, words=""):
        super().__init__("sync_login", words=words)


class ContractError(OneMapError):
    """The platform answers, but not as the contract says."""


class BagError(OneMapError):
    """A courier bag that is not taken in."""
