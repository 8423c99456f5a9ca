"""Trains the demand forecast on the sales history and publishes it for KServe."""

import io
import json
import os
import tempfile
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import mlflow
import numpy as np
import pandas as pd
import xgboost as xgb

# In this order, as the pricing-engine sends them.
FEATURES = ["usual", "last_day", "weekday", "price"]


def fit(history: pd.DataFrame, device: str) -> tuple[xgb.Booster, float]:
    """The model, and its error (WAPE) on the last fifth of the days, which it never saw."""
    cut = int(len(history) * 0.8)
    x, y = history[FEATURES].to_numpy(float), history["units"].to_numpy(float)
    parameters = {"objective": "reg:squarederror", "max_depth": 6, "device": device}
    model = xgb.train(parameters, xgb.DMatrix(x[:cut], y[:cut]), num_boost_round=300)
    error = np.abs(model.predict(xgb.DMatrix(x[cut:])) - y[cut:])
    return model, float(error.sum() / y[cut:].sum())


def main() -> None:
    lake = boto3.client(
        "s3",
        endpoint_url=os.environ["LAKE_ENDPOINT_URL"],
        aws_access_key_id=os.environ["LAKE_ACCESS_KEY"],
        aws_secret_access_key=os.environ["LAKE_SECRET_KEY"],
    )
    source = urlsplit(os.environ["SALES_URI"])
    sales = lake.get_object(Bucket=source.netloc, Key=source.path.lstrip("/"))
    history = pd.read_csv(io.BytesIO(sales["Body"].read())).sort_values("day")

    mlflow.set_experiment("demand-forecast")
    with mlflow.start_run():
        model, wape = fit(history, os.environ.get("DEVICE", "cuda"))
        mlflow.log_metric("wape", wape)

    target = urlsplit(os.environ["MODEL_URI"])
    folder = f"{target.path.lstrip('/')}/{date.today().isoformat()}"
    cloud = boto3.client("s3")  # AWS, with the credentials of the model publisher
    with tempfile.TemporaryDirectory() as place:
        model.save_model(Path(place, "model.ubj"))
        history[FEATURES].tail(10_000).to_csv(Path(place, "reference.csv"), index=False)
        for name in ("model.ubj", "reference.csv"):
            cloud.upload_file(str(Path(place, name)), target.netloc, f"{folder}/{name}")
    # The last line of the log is what the workflow keeps.
    print(json.dumps({"model": f"s3://{target.netloc}/{folder}", "wape": round(wape, 4)}))


if __name__ == "__main__":
    main()
