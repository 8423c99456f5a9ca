"""The pricing rule: pure, so that it can be tested without a cluster."""

LIMIT = 0.15  # never more than 15 % off the list price, up or down


def quote(list_price: float, usual: float, expected: float, elasticity: float) -> float:
    """The price that brings the expected demand back to the usual one.

    With elasticity -2, a demand 10 % above the usual is met by a price 5 % above the list.
    """
    surplus = expected / usual - 1 if usual else 0.0
    change = max(-LIMIT, min(LIMIT, surplus / -elasticity))
    return round(list_price * (1 + change), 2)
