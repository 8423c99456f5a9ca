"""Price elasticity of demand: how strongly the units sold answer to the price."""

# Fitted once, by hand. That is why this model is not retrained by any workflow.
BY_CATEGORY = {"grocery": -0.6, "toys": -1.4, "electronics": -2.1}
DEFAULT = -1.2


def elasticity(category: str) -> float:
    """The change of units sold, in percent, when the price rises by one percent."""
    return BY_CATEGORY.get(category.lower(), DEFAULT)
