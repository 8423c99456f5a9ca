"""Quotes prices: features from Redis, a forecast from KServe, an elasticity, one rule."""

import os
from datetime import date

import httpx
from fastapi import FastAPI
from price import quote
from prometheus_fastapi_instrumentator import Instrumentator
from redis.asyncio import Redis

cache = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
forecast = httpx.AsyncClient(base_url=os.environ["FORECAST_URL"], timeout=0.3)
elasticities = httpx.AsyncClient(base_url=os.environ["ELASTICITY_URL"], timeout=0.3)

app = FastAPI(title="pricing-engine")
Instrumentator().instrument(app).expose(app)  # GET /metrics


@app.get("/healthz")
async def healthz() -> dict[str, bool]:
    return {"ok": bool(await cache.ping())}


@app.post("/prices/{sku}/sales")
async def sold(sku: str, units: int) -> None:
    """The shop reports each sale: this is where the features come from."""
    await cache.hincrby(f"sales:{sku}", date.today().isoformat(), units)


@app.get("/prices/{sku}")
async def price(sku: str, list_price: float, category: str) -> dict[str, float]:
    sales = await cache.hgetall(f"sales:{sku}")
    days = [int(sales[day]) for day in sorted(sales)]
    usual = sum(days) / len(days) if days else 0.0
    features = [usual, days[-1] if days else 0, date.today().weekday(), list_price]
    answer = await forecast.post(
        "/v1/models/demand-forecast:predict", json={"instances": [features]}
    )
    expected = answer.raise_for_status().json()["predictions"][0]
    answer = await elasticities.get(f"/elasticity/{category}")
    result = quote(list_price, usual, expected, answer.raise_for_status().json()["elasticity"])
    # The drift report compares these with what the model was trained on.
    names = ("usual", "last_day", "weekday", "price")
    await cache.xadd(
        "quotes", dict(zip(names, features, strict=True)), maxlen=100_000, approximate=True
    )
    return {"price": result}
