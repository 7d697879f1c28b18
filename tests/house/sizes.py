"""Sizes that the house demands; nothing is over them, and nothing may be put on the lists."""

FILE_LINES, FUNCTION_LINES, PARAMETERS = 300, 40, 5
LONG_FILES: dict = {}
MANY_PARAMETERS: dict = {}


def parameters(function):
    """Names of what a caller hands over: self, cls, *args and **kwargs are not counted."""
    known = function.args
    names = [argument.arg for argument in (*known.posonlyargs, *known.args, *known.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]
