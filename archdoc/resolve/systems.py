"""What kind of system answers at an address outside: a database, a queue, a model API; and which addresses are one system.

Known by the end of its name, else by the protocol or the port. Data only; this module knows no entity.
"""

from __future__ import annotations

from typing import NamedTuple

from archdoc.regex import regex


class System(NamedTuple):
    """A system outside: its type and the one name that all its addresses go by."""

    type: str
    name: str


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {word: type_ for type_, words in rows.items() for word in words.split()}


_BY_ENDING = _table(
    {
        "database": "rds.amazonaws.com docdb.amazonaws.com neptune.amazonaws.com redshift.amazonaws.com "
        "redshift-serverless.amazonaws.com mongodb.net postgres.database.azure.com mysql.database.azure.com "
        "mariadb.database.azure.com database.windows.net "
        "documents.azure.com mongo.cosmos.azure.com cassandra.cosmos.azure.com table.core.windows.net neon.tech psdb.cloud "
        "cockroachlabs.cloud tidbcloud.com supabase.co supabase.com aivencloud.com snowflakecomputing.com cloud.databricks.com "
        "azuredatabricks.net clickhouse.cloud datastax.com influxdata.com timescale.com bigquery.googleapis.com "
        "spanner.googleapis.com firestore.googleapis.com db.ondigitalocean.com",
        "cache": "cache.amazonaws.com redis.cache.windows.net redis-cloud.com redislabs.com upstash.io cloud.redislabs.com",
        "queue": "kafka.amazonaws.com sqs.amazonaws.com sns.amazonaws.com kinesis.amazonaws.com mq.amazonaws.com confluent.cloud "
        "servicebus.windows.net pubsub.googleapis.com cloudamqp.com rmq.cloudamqp.com streamnative.cloud queue.core.windows.net "
        "ngs.global",
        "bucket": "s3.amazonaws.com core.windows.net blob.core.windows.net "
        "dfs.core.windows.net file.core.windows.net storage.googleapis.com "
        "r2.cloudflarestorage.com digitaloceanspaces.com backblazeb2.com wasabisys.com linodeobjects.com",
        "llm": "api.openai.com openai.azure.com api.anthropic.com api.mistral.ai api.cohere.com api.cohere.ai api.groq.com "
        "api.together.xyz api.together.ai api.fireworks.ai api.deepseek.com api.x.ai api.perplexity.ai openrouter.ai "
        "generativelanguage.googleapis.com aiplatform.googleapis.com bedrock-runtime.amazonaws.com bedrock.amazonaws.com "
        "sagemaker.amazonaws.com integrate.api.nvidia.com api.nvcf.nvidia.com api-inference.huggingface.co "
        "endpoints.huggingface.cloud router.huggingface.co api.replicate.com api.voyageai.com api.jina.ai "
        "cognitiveservices.azure.com services.ai.azure.com models.ai.azure.com dashscope.aliyuncs.com api.elevenlabs.io",
        "vector-db": "pinecone.io cloud.qdrant.io qdrant.io weaviate.cloud weaviate.network zillizcloud.com cloud.zilliz.com "
        "api.trychroma.com search.windows.net",
        "search": "es.amazonaws.com aoss.amazonaws.com es.io elastic-cloud.com found.io cloud.es.io algolia.net typesense.net",
        "model-registry": "huggingface.co modelscope.cn modelscope.ai api.ngc.nvidia.com",
        "tracking": "api.wandb.ai wandb.ai neptune.ai comet.com clear.ml api.clear.ml api.smith.langchain.com cloud.langfuse.com "
        "arize.com",
        "monitoring": "datadoghq.com datadoghq.eu newrelic.com nr-data.net grafana.net honeycomb.io sentry.io signalfx.com "
        "splunkcloud.com logz.io dynatrace.com lightstep.com applicationinsights.azure.com monitoring.googleapis.com "
        "cloudtrace.googleapis.com wavefront.com pagerduty.com opsgenie.com",
        "mail": "sendgrid.net smtp.sendgrid.net mailgun.org smtp.gmail.com smtp.office365.com postmarkapp.com "
        "mailtrap.io email-smtp.amazonaws.com",
        "identity": "auth0.com okta.com login.microsoftonline.com accounts.google.com oauth2.googleapis.com "
        "cognito-idp.amazonaws.com sts.amazonaws.com b2clogin.com",
        "secrets": "vault.azure.net secretsmanager.amazonaws.com kms.amazonaws.com secretmanager.googleapis.com hashicorp.cloud",
        "chat": "hooks.slack.com slack.com discord.com api.telegram.org webhook.office.com",
        "payment": "api.stripe.com paypal.com api.paddle.com",
    }
)
_BY_SCHEME = _table(
    {
        "database": "postgres postgresql mysql mariadb mssql sqlserver oracle mongodb cassandra clickhouse neo4j bolt "
        "cockroachdb couchbase",
        "cache": "redis rediss memcached valkey",
        "queue": "amqp amqps kafka nats mqtt mqtts pulsar",
        "vector-db": "milvus qdrant weaviate",
        "search": "elasticsearch opensearch",
        "mail": "smtp smtps imap",
        "identity": "ldap ldaps",
    }
)
_BY_PORT = _table(
    {
        "database": "1433 1521 3306 5432 5433 26257 27017 9042 7687 8123",
        "cache": "6379 6380 11211",
        "queue": "5671 5672 9092 9093 9094 9096 9098 4222 1883 8883 6650",
        "vector-db": "6333 6334 19530",
        "search": "9200",
        "mail": "25 465 587 2525",
        "identity": "389 636",
    }
)
_BY_WORD = _table({"monitoring": "alertmanager prometheus"})
"""Words in the first label of a name; Alertmanager has the port of a broker."""
_REGION = regex(r"\.(?:[a-z]{2}(?:-[a-z]+)+-[0-9])(?=\.)")
_MEMBER = regex(
    r"^(?:b-[0-9]+(?:-public)?\.|pl-[0-9]-(?=[a-z])|replica[0-9]*\.|[a-z0-9]+-shard-[0-9]+-[0-9]+(?=\.[a-z0-9]+\.mongodb\.net$))"
)
_BUCKET = regex(r"(?P<bucket>[a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?")
_CLUSTER = regex(r"(?P<head>[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)+?)\.svc(?:\.[a-z0-9.-]+)?")


def system(host: str, scheme: str = "", port: int | None = None) -> System:
    """The system that answers at a host: ``host`` where nothing tells more of it."""
    bucket = _BUCKET.fullmatch(host)
    if bucket:
        return System("bucket", f"s3://{bucket['bucket']}")
    cluster = _CLUSTER.fullmatch(host)
    name = f"{cluster['head']}.svc" if cluster else _MEMBER.sub("", host)
    by_word = next((_BY_WORD[word] for word in host.partition(".")[0].split("-") if word in _BY_WORD), "")
    type_ = by_ending(host) or _BY_SCHEME.get(scheme) or by_word or _BY_PORT.get(str(port), "host")
    return System(type_, name)


def by_ending(host: str) -> str:
    """The type of system that the end of a name tells; ``""`` where it tells none."""
    labels = _REGION.sub("", host).removesuffix(".cn").split(".")
    return next((found for start in range(len(labels)) if (found := _BY_ENDING.get(".".join(labels[start:])))), "")
