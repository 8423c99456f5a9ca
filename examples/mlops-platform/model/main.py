"""HTTP face of the elasticity model (image ml-model-prod)."""

from elasticity import elasticity
from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI(title="price-elasticity")
Instrumentator().instrument(app).expose(app)  # GET /metrics


@app.get("/elasticity/{category}")
def read(category: str) -> dict[str, float]:
    return {"elasticity": elasticity(category)}
