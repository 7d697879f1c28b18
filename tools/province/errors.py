"""What the batch says when an input cannot be used."""

from plugin.core.errors import InputError


class BadInput(InputError):
    """An input that this batch cannot read, said in plain words."""

    def __init__(self, problem):
        super().__init__("layer_error", layer="", error=problem)
        self.problem = problem

    def __str__(self):
        return self.problem

    def __reduce__(self):
        return BadInput, (self.problem,)
