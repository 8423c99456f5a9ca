"""Compares the features of yesterday's quotes with what the model was trained on."""

import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
from redis import Redis


def drifted(current: pd.DataFrame, reference: pd.DataFrame, page: Path) -> float:
    """The share of features that have drifted; the full report is written to `page`."""
    result = Report([DataDriftPreset()]).run(current, reference)
    result.save_html(str(page))
    return next(
        metric["value"]["share"]
        for metric in result.dict()["metrics"]
        if metric["metric_name"].startswith("DriftedColumnsCount")
    )


def main() -> None:
    s3 = boto3.client("s3")
    model, reports = urlsplit(os.environ["MODEL_URI"]), urlsplit(os.environ["REPORTS_URI"])
    known = s3.get_object(Bucket=model.netloc, Key=f"{model.path.lstrip('/')}/reference.csv")
    reference = pd.read_csv(known["Body"])
    quotes = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True).xrevrange("quotes")
    current = pd.DataFrame([fields for _, fields in quotes], dtype=float)
    with tempfile.TemporaryDirectory() as place:
        page = Path(place, "report.html")
        share = drifted(current[list(reference)], reference, page)
        name = f"{reports.path.lstrip('/')}/{date.today().isoformat()}.html"
        s3.upload_file(str(page), reports.netloc, name)
    print(f"drifted features: {share:.0%}")
    sys.exit(share >= 0.5)  # a failed Job is what the on-call person is told of


if __name__ == "__main__":
    main()
