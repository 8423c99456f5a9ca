"""Answers questions of customers from our own help articles (retrieval augmented)."""

import os
from pathlib import Path

import httpx
from fastapi import FastAPI
from openai import APIConnectionError, APIStatusError, AsyncOpenAI
from prometheus_fastapi_instrumentator import Instrumentator
from pydantic import BaseModel
from qdrant_client import AsyncQdrantClient

PROMPT = Path(os.environ["PROMPT_FILE"]).read_text()
articles = AsyncQdrantClient(url=os.environ["QDRANT_URL"])
embedder = httpx.AsyncClient(base_url=os.environ["EMBEDDER_URL"])
# Our own model first. The public one answers only while ours is down.
MODELS = [
    (AsyncOpenAI(base_url=os.environ["LLM_BASE_URL"], api_key="none"), os.environ["LLM_MODEL"]),
    (AsyncOpenAI(base_url=os.environ["FALLBACK_BASE_URL"]), os.environ["FALLBACK_MODEL"]),
]

app = FastAPI(title="chat-api")
Instrumentator().instrument(app).expose(app)  # GET /metrics


class Question(BaseModel):
    text: str


@app.get("/healthz")
async def healthz() -> dict[str, bool]:
    return {"ok": True}


@app.post("/chat")
async def chat(question: Question) -> dict[str, str | None]:
    vectors = await embedder.post("/embed", json={"inputs": question.text})
    vector = vectors.raise_for_status().json()[0]
    found = await articles.query_points("articles", query=vector, limit=4)
    context = "\n---\n".join(point.payload["text"] for point in found.points)
    messages = [
        {"role": "system", "content": PROMPT + context},
        {"role": "user", "content": question.text},
    ]
    for client, model in MODELS:
        try:
            done = await client.chat.completions.create(model=model, messages=messages)
            return {"answer": done.choices[0].message.content}
        except (APIConnectionError, APIStatusError):
            continue
    return {"answer": None}
