from elasticity import DEFAULT, elasticity


def test_demand_falls_when_the_price_rises():
    assert elasticity("Toys") < elasticity("grocery") < 0
    assert elasticity("unheard of") == DEFAULT
