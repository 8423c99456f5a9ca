"""Brings the help articles into the vector database: read, cut, embed, store."""

import os
import uuid
from urllib.parse import urlsplit

import boto3
import httpx
from qdrant_client import QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams

DIMENSIONS = 384  # of BAAI/bge-small-en-v1.5, the model that the embedder serves


def pieces(text: str, size: int = 1200) -> list[str]:
    """Paragraphs, joined up to about `size` characters."""
    out: list[str] = []
    for paragraph in filter(None, (part.strip() for part in text.split("\n\n"))):
        if out and len(out[-1]) + len(paragraph) < size:
            out[-1] += "\n" + paragraph
        else:
            out.append(paragraph)
    return out


def main() -> None:
    source = urlsplit(os.environ["DOCS_URI"])
    bucket = boto3.resource("s3").Bucket(source.netloc)
    vectors = QdrantClient(url=os.environ["QDRANT_URL"])
    if not vectors.collection_exists("articles"):
        shape = VectorParams(size=DIMENSIONS, distance=Distance.COSINE)
        vectors.create_collection("articles", vectors_config=shape)
    with httpx.Client(base_url=os.environ["EMBEDDER_URL"], timeout=30) as embedder:
        for item in bucket.objects.filter(Prefix=source.path.lstrip("/")):
            for n, text in enumerate(pieces(item.get()["Body"].read().decode())):
                vector = embedder.post("/embed", json={"inputs": text}).raise_for_status().json()[0]
                # The id comes from the place, so that a second run overwrites the first.
                place = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{item.key}#{n}"))
                point = PointStruct(id=place, vector=vector, payload={"text": text})
                vectors.upsert("articles", [point])


if __name__ == "__main__":
    main()
