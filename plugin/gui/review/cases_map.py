"""What lies below the layers of a round on its map."""

from ...core.review.rounds import RoundHead


def without_projects(background: list, *heads: RoundHead) -> list:
    """Layers below those of a round: each map shows its own projects, not the layer they came from."""
    own = {one.name for head in heads for one in head.inputs if one.role == "projects"}
    return [layer for layer in background if layer.name() not in own]
