from price import quote


def test_price_follows_demand_within_the_limit():
    assert quote(100, usual=50, expected=55, elasticity=-2) == 105
    assert quote(100, usual=50, expected=500, elasticity=-2) == 115
    assert quote(100, usual=50, expected=5, elasticity=-2) == 85
    assert quote(100, usual=0, expected=5, elasticity=-2) == 100
