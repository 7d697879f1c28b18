"""What a person asks for, run in one way everywhere: what is refused is shown where the person looks."""

from dataclasses import dataclass
from typing import Callable, Generic, Optional, TypeVar

from ...core.errors import OneMapError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Attempt(Generic[Result]):
    """What came of an act, true where nothing was refused; `result`: what it gave."""

    done: bool
    result: Optional[Result] = None

    def __bool__(self) -> bool:
        return self.done


def attempt(act: Callable[[], Result], show: Callable[[str], object]) -> Attempt[Result]:
    """Run an act; the message of a OneMapError goes to `show`, any other error is a fault of ours and goes on."""
    try:
        return Attempt(True, act())
    except OneMapError as error:
        show(str(error))
        return Attempt(False)
