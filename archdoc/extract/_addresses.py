"""Addresses in the values of settings and arguments: hosts of other systems, buckets, volumes, models.

Only the host and port of a value ever leave this module, and of a value whose key looks secret only those of a URL.
Whether a host is a Service is not known here. The time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archdoc.regex import regex

MAX_TEXT = 65_536
_MAX_VALUE, _MAX_EXPANSIONS = 1024, 64

_SCHEME = regex(r"(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{0,30})://")
_AFTER = regex(r"[/?#;]")
_END = regex(r"[\s\"'`<>\\|^{}()]")
_LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"  # no host of DNS has a `_`, but services of Compose do
_HOST = regex(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_ENDPOINT = regex(r"([a-z0-9][a-z0-9._-]{0,252}):([0-9]{1,5})")
_SEPARATORS = regex(r"[\s\"'`,;|()\[\]{}<>=]+")
_PAIR = regex(r"([A-Za-z][A-Za-z_.-]{0,40})\s?=\s?([^\s;,&]{1,253})")
_SECRET_PAIR = regex(
    r"(?:pass\w{0,20}|pwd|secret\w{0,20}|token\w{0,20}|\w{0,20}key)\s{0,3}[=:]\s{0,3}\S+"
    r"|(?<!\S)--?(?:u|p|user|username|login|pass\w{0,20})[\s=]\s{0,3}\S+",
    re.IGNORECASE,
)
_MARKS_OF_SECRETS = ("pass", "pwd", "secret", "token", "key", "-u", "-p", "-l")
"""One of these stands, in small letters, in any text in which there is a secret pair."""
_WORDS = regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_VARIABLE = regex(r"(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_RELEASE = regex(
    r"(?:(?<=[/=@])(?<!//)v?\d{1,9}\.\d|(?<=[-_])v?\d{1,9}\.\d{1,9}\.\d)[\w.+-]{0,60}?(?=[/&]|\.(?:ya?ml|json|tgz)$|$)"
    r"|(?<=[/=@])[0-9a-f]{40}(?=[/&]|$)"
)
"""The part of an address that says which release or commit is meant: a whole part of the path, or the end of a file's name."""
_OF_HOST = regex(r"(?i)[_.](?:host(?:_?ip|_?name)?|ip|server|addr(?:ess)?|service)$")
_SERVICE_HOST = "_SERVICE_HOST"
_WAIT = regex(
    r"(?<![\w-])nc(?: +-\w{1,10}(?: [0-9]{1,4})?){0,4} +([a-z0-9][a-z0-9.-]{0,252}) +([0-9]{1,5})(?![\w.])"
    r"|(?<!\S)(?:-h|--host)[ =]([a-z0-9][a-z0-9.-]{0,252})(?![\w.-])"
)
"""How scripts that wait for another name it: ``nc -z db 5432``, ``pg_isready -h db``."""
_MARKS_WITHIN = (":", "=", "nc ", "-h ", "--host ")
"""One of these stands in any text in which `_within` finds something."""
_UNKNOWN = regex(r"\$\([A-Za-z0-9_.-]{1,128}\)|\$\{[^{}\s]{1,128}\}|\{\{[^{}]{0,128}\}\}|<[A-Za-z0-9_ .-]{1,40}>")
_FILLED_IN = regex(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
"""A name in capitals, such as ``YOUR_RESOURCE``, in whose place the reader is to write his own."""
_SHELL_VARIABLE = regex(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOST_WORDS = _words(
    "host hosts hostname ip addr addrs address addresses url urls uri uris endpoint endpoints service services svc server "
    "servers broker brokers upstream upstreams dsn connection nodes peers seeds db target targets gateway"
)
_HOST_ENDS = ("address", "endpoint", "hostname", "url")
"""Ends of words that are run together: ``MESSAGECLIENTHOSTNAME``."""
_TAIL_WORDS = _words(
    "primary secondary master replica read write ro rw internal external main default grpc http https list string"
)
_SECRET_WORDS = _words(
    "password passwd pass passphrase pwd secret secrets token key keys apikey credential credentials private salt"
)
_NO_ADDRESSES = (["user"], ["username"], ["login"], ["u"], ["p"], ["image"], ["images"])
"""Last words of settings that hold no address, though what they hold may look like one."""
_OWN_WORDS = _words("listen bind advertise advertised cors cookie origin origins redirect allowed proxied")
_OWN_KEYS = _words(
    "no_proxy domain domains hostname host_ip pod_ip pod_name virtual_host image tag version "
    # The database that a server of the official images makes within itself.
    "postgres_db mysql_database mariadb_database mongo_initdb_database pgdatabase redis_db"
)
_OWN_ENDS = (
    "_root_url",
    "_public_url",
    "_external_url",
    "_site_url",
    "_callback_url",
    "_no_proxy",
)
_OWN_NAMES = ("_server_name", "_service_name")
"""Ends of settings that hold what a program is called; some hold the URL of another one."""
_ENDINGS = tuple(
    sorted(
        _words(
            ".svc .amazonaws.com .amazonaws.com.cn .azure.com .azure.net .windows.net .azmk8s.io .azurecr.io .googleapis.com "
            ".openai.com .anthropic.com .mongodb.net .confluent.cloud .snowflakecomputing.com .databricks.com .redis-cloud.com "
            ".upstash.io .elastic-cloud.com .pinecone.io .neon.tech .supabase.co .huggingface.co .zillizcloud.com "
            ".cloud.qdrant.io .weaviate.cloud .grafana.net .datadoghq.com .datadoghq.eu .honeycomb.io .nr-data.net "
            ".ingest.sentry.io "
            ".mistral.ai .cohere.ai .cohere.com .groq.com .together.xyz .fireworks.ai .deepseek.com .x.ai .nvidia.com .wandb.ai"
        )
    )
)
_NO_NAMES = _words(
    "tcp udp http https true false yes no on off none null nil auto default enabled disabled all any unknown changeme"
)
_TOP_LEVEL = _words("com net org io dev ai cloud app co info biz edu gov mil int local internal lan home arpa corp xyz tech")
_FILES = _words("py js ts go sh rb java class jar json yaml yml toml ini cfg conf log txt md html css pem crt key sock xml sql")
_BUCKETS = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gs", "gcs": "gs", "oss": "oss", "cos": "cos", "obs": "obs", "r2": "r2"}
_MODELS = {"hf": "hf", "huggingface": "hf", "modelscope": "modelscope"}
_AZURE = _words("abfs abfss wasb wasbs az adl")
_HERE = _words(
    "file unix local data pvc docker oci models urn arn mem memory null inline static chrome vscode configmap secret kubernetes"
)
_CALLS = _words(
    "http https ws wss grpc grpcs tcp udp tls ssl h2c redis rediss postgres postgresql mysql mariadb mssql sqlserver "
    "oracle mongodb cassandra clickhouse elasticsearch neo4j bolt amqp amqps kafka nats mqtt mqtts pulsar memcached ldap ldaps "
    "smtp smtps imap ftp sftp ssh git srv dns passthrough xds zk etcd consul vault tempo otlp thrift nfs smb lm milvus qdrant"
)
_WEB = frozenset({"http", "https", "ws", "wss", "ftp", "git", "ssh"})
_ANY = _WEB | frozenset({"grpc", "grpcs", "tcp", "udp", "tls", "ssl", "h2c", "sftp", "srv", "dns", "passthrough", "xds"})
"""Schemes that do not tell what kind of system answers."""
_NOWHERE = ("localhost", "0.0.0.0", "127.", "::1", "255.255.255.255")  # noqa: S104  # text that is compared, nothing is bound


class Address(NamedTuple):
    """A host in a value. `sure` is False for a word that is an address only if a Service has that name.

    `scheme` is the protocol of its URL where that tells what kind of system it is.
    """

    host: str
    port: int | None
    sure: bool
    scheme: str = ""


class Place(NamedTuple):
    """Data that a URL names: `type` is ``bucket``, ``model`` or ``volume`` (a PersistentVolumeClaim by name)."""

    type: str
    name: str


def expand(text: str, known: Mapping[str, str], *, braces: bool = False) -> str:
    """Put known values for ``$(NAME)`` as Kubernetes does (``$$(NAME)`` escapes it); `braces` also for ``$NAME`` and ``${NAME}``.

    What is not known stays as written, and `find` then sees an unknown part, which never makes a valid host.
    """
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match[match.lastindex or 0]
        put = known.get(name, "") or _of_service(name) or match[0]
        return put if len(put) <= _MAX_VALUE else match[0]

    text = _VARIABLE.sub(value, text[:MAX_TEXT], count=_MAX_EXPANSIONS)
    return _SHELL_VARIABLE.sub(value, text, count=_MAX_EXPANSIONS) if braces else text


def _of_service(name: str) -> str:
    """The host that Kubernetes puts into the environment of every pod for a Service: ``REDIS_MASTER_SERVICE_HOST``."""
    return name.removesuffix(_SERVICE_HOST).lower().replace("_", "-") if name.endswith(_SERVICE_HOST) else ""


def find(key: str, text: str, port: str = "") -> Sequence[Address | Place]:
    """Every address in the value `text` of a setting called `key`; `port` is the value of the setting that gives its port."""
    text = _UNKNOWN.sub("*", text[:MAX_TEXT]).strip()
    said = words(key)
    if not text or text.startswith("ENC[") or "/" in key or _is_own(said):
        return ()
    found = list(_urls(text))
    if said == ["base", "url"]:  # its own in public, unless a name of the cluster stands there
        return tuple(one for one in dict.fromkeys(found) if isinstance(one, Address) and _is_of_cluster(one.host))
    if _SECRET_WORDS.isdisjoint(said) and said[-1:] not in _NO_ADDRESSES and not "_".join(["", *said]).endswith(_OWN_NAMES):
        found += _plain(text, _is_host_like(said), port)
    return tuple(dict.fromkeys(found))


def words(key: str) -> list[str]:
    """The words of a setting's name: ``redis host`` of ``REDIS_HOST``, ``redisHost`` and ``redis.host``."""
    return [word.lower() for word in _WORDS.findall(key)]


def port_of(key: str, known: Mapping[str, str]) -> str:
    """The value of the setting that gives the port of a host: ``REDIS_HOST`` and ``REDIS`` go with ``REDIS_PORT``."""
    stem = _OF_HOST.sub("", key)
    return known.get(f"{stem}_PORT", "") or known.get(f"{stem}_port", "") or known.get(f"{stem}.port", "")


def declared(text: str, port: int | None = None) -> Sequence[Address | Place]:
    """The address in a field that holds nothing else: a URL, ``host:port`` or a host."""
    text = _UNKNOWN.sub("*", text[:MAX_TEXT]).strip()
    if "://" in text:
        return tuple(_urls(text))
    endpoint = _ENDPOINT.fullmatch(text)
    host = (endpoint[1] if endpoint else text).removeprefix("*.").rstrip(".")
    return (Address(host, _port(endpoint[2]) if endpoint else port, sure=True),) if _is_host(host) else ()


def origin(url: str) -> str:
    """A URL or path of a repository without scheme, credentials, query and ``.git``: ``github.com/org/name``."""
    rest = url.partition("://")[2] or url
    rest = re.split(r"[?#\s]", rest.removeprefix("git::"), maxsplit=1)[0]
    authority, slash, path = rest.partition("/")
    authority = authority.rpartition("@")[2]
    if not slash and ":" in authority:
        authority, slash, path = authority.partition(":")
    host, _, tail = authority.partition(":")
    authority = f"{host}/{tail}" if tail and not tail.isdigit() else authority
    return f"{authority}/{path}".strip("/").removesuffix(".git").replace("//", "/")


def unversioned(url: str) -> str:
    """The address of something kept elsewhere without the release or commit that is meant, which is no more than a tag."""
    return _RELEASE.sub("*", url)


def _is_host_like(words: Sequence[str]) -> bool:
    """Whether a setting is called after an address: its last word says so, or one before words that only tell which."""
    for word in reversed(words):
        if word in _HOST_WORDS or word.endswith(_HOST_ENDS):
            return True
        if word not in _TAIL_WORDS and not word.isdigit():
            return False
    return False


def _is_own(words: Sequence[str]) -> bool:
    """Whether a setting says where the program itself listens or what it is called, or what it must not call."""
    normal = "_".join(words)
    return normal in _OWN_KEYS or f"_{normal}".endswith(_OWN_ENDS) or not _OWN_WORDS.isdisjoint(words)


def _urls(text: str) -> Iterator[Address | Place]:
    marks = list(_SCHEME.finditer(text)) if "://" in text else []
    before = -1
    for number, mark in enumerate(marks):
        stop = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        end = _END.search(text, mark.end(), stop)
        inside = before >= 0 and not re.search(r"[\s,;|\"']", text[before : mark.start()])
        before = mark.end()
        if inside:  # a URL in the path or query of another one
            continue
        rest = text[mark.end() : min(stop, end.start() if end else len(text))]
        yield from _url(mark[1].lower(), rest)


def _url(scheme: str, rest: str) -> Iterator[Address | Place]:
    scheme = scheme.rpartition("+")[2] if scheme.startswith("git+") else scheme
    authority = _AFTER.split(rest, maxsplit=1)[0]
    if scheme not in _WEB and "@" in rest[len(authority) :]:
        # A password may hold any mark; whatever stands before the last `@` is not looked at.
        before_query, _, query = rest.partition("?")
        if "@" in query:
            return
        authority = _AFTER.split(before_query.rpartition("@")[2], maxsplit=1)[0]
    if scheme in _BUCKETS:
        if _HOST.fullmatch(authority.lower()) and not _FILLED_IN.fullmatch(authority):
            yield Place("bucket", f"{_BUCKETS[scheme]}://{authority}")
    elif scheme in _AZURE:
        container, _, account = authority.rpartition("@")
        name = f"{container}@{account}" if container else account
        if _HOST.fullmatch(account.lower()) and ":" not in container:
            yield Place("bucket", f"azure://{name}")
    elif scheme == "ollama":
        name = re.fullmatch(r"([\w.-]+(?:/[\w.-]+)?)(?::[\w.-]+)?", rest)
        if name:
            yield Place("model", f"ollama://{name[1]}")
    elif scheme in _MODELS:
        name = "/".join(rest.split("/")[:2]).partition(":")[0]
        if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
            yield Place("model", f"{_MODELS[scheme]}://{name}")
    elif scheme == "pvc":
        if _HOST.fullmatch(authority):
            yield Place("volume", authority)
    elif scheme not in _HERE:
        if scheme in {"dns", "passthrough", "xds"} and not authority:
            authority = rest.lstrip("/").partition("/")[0]
        parts = [part for part in scheme.split("+") if part in _CALLS]
        told = next((part for part in parts if part not in _ANY), "")
        for found in _authority(authority):
            yield found._replace(sure=bool(parts) or is_dotted(found.host), scheme=told)


def _authority(authority: str) -> Iterator[Address]:
    for part in authority.rpartition("@")[2].split(","):
        host, _, port = part.strip().partition(":")
        if _FILLED_IN.search(host):
            head, _, rest = host.partition(".")
            host = rest if _FILLED_IN.fullmatch(head) and is_famous(rest) else ""
        if _is_host(host.lower()) and (not port or "*" in port or _port(port)):
            yield Address(host.lower(), _port(port), sure=True)


def _plain(text: str, host_like: bool, port: str) -> Iterator[Address]:
    """Addresses that are no URLs."""
    whole = [item.strip(" \t\n\"'") for item in text.split(",")]
    for item in whole:
        endpoint = _ENDPOINT.fullmatch(item)
        if endpoint and _is_endpoint(endpoint):
            yield Address(endpoint[1], _port(endpoint[2]), sure=host_like or is_dotted(endpoint[1]))
        elif _HOST.fullmatch(item) and _is_host(item):
            given = _port(port)
            if is_dotted(item) and (host_like or is_famous(item)):
                yield Address(item, given, sure=True)
            elif (host_like or given) and item not in _NO_NAMES:
                yield Address(item, given, sure=False)
    if any(mark in text for mark in _MARKS_WITHIN) and (len(whole) > 1 or not _ENDPOINT.fullmatch(text)):
        yield from _within(text, host_like)


def _within(text: str, host_like: bool) -> Iterator[Address]:
    """``host:port`` and ``host=name`` among other words: connection strings, commands."""
    small = text.casefold()
    if any(mark in small for mark in _MARKS_OF_SECRETS):
        text = _SECRET_PAIR.sub(" ", text)
    for word in text.split():
        # Of `user:password@host:port` only what stands behind the last `@` is looked at; URLs were read before.
        for item in _SEPARATORS.split(word.rpartition("@")[2]) if "://" not in word else ():
            endpoint = _ENDPOINT.fullmatch(item.partition("/")[0])
            if endpoint and _is_endpoint(endpoint):
                yield Address(endpoint[1], _port(endpoint[2]), sure=host_like or is_dotted(endpoint[1]))
    for host, port, other in _WAIT.findall(text):
        if _is_host(host or other) and (host or other) not in _NO_NAMES:
            yield Address(host or other, _port(port), sure=False)
    pairs = {key.lower(): value for key, value in _PAIR.findall(text)} if "=" in text and "://" not in text else {}
    for key in ("host", "server", "hostname", "addr", "address", "endpoint", "bootstrap.servers"):
        for item in pairs.get(key, "").split(","):
            if _HOST.fullmatch(item) and _is_host(item):
                number = pairs.get("port", "")
                yield Address(
                    item, int(number) if number.isdigit() and len(number) < 6 else None, sure=host_like or is_dotted(item)
                )


def _is_host(host: str) -> bool:
    """Whether a text can be the name or number of another machine."""
    if host.startswith(_NOWHERE) or len(host) > 253 or not _HOST.fullmatch(host):
        return False
    return not host.isdigit() and (any(c.isalpha() for c in host) or host.count(".") == 3)


def _port(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if 0 < number < 65_536 else None


def _is_endpoint(endpoint: re.Match[str]) -> bool:
    host = endpoint[1]
    return _is_host(host) and _port(endpoint[2]) is not None and host not in _NO_NAMES and host.rpartition(".")[2] not in _FILES


def is_dotted(host: str) -> bool:
    """Whether a name can stand for itself: an IP address, a cluster name with ``.svc``, three labels, or a known ending."""
    labels = host.rstrip(".").split(".")
    if len(labels) < 2 or labels[-1] in _FILES:
        return False
    return ".svc" in host or labels[-1] in _TOP_LEVEL or len(labels) > 2 or (len(labels[-1]) == 2 and labels[-1].isalpha())


def _is_of_cluster(host: str) -> bool:
    return "." not in host or f"{host}.".find(".svc.") > 0


def is_famous(host: str) -> bool:
    """Whether a name is an address whatever the setting is called."""
    host = host.rstrip(".")
    return host.endswith(_ENDINGS) or ".svc." in host or host in ("openrouter.ai", "wandb.ai")
