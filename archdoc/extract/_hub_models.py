"""Models of a hub that a server is told to load by nothing but their id: ``vllm serve acme/small``, ``--model-id acme/small``.

Known by the flag or the variable, and by the shape ``owner/name``. Sources: the command lines of vLLM, SGLang, Text Generation
Inference, Text Embeddings Inference and LMDeploy, all of which load such an id from Hugging Face. Knows no container.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archdoc.extract._addresses import Address, Place, words
from archdoc.regex import regex

_ID = r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}"
_FLAGS = (
    r"--(?:model|model[-_]id|model[-_]path|hf[-_]model[-_]id|(?:pretrained[-_])?model[-_]name[-_]or[-_]path|speculative[-_]model)"
)
_FLAG = regex(_FLAGS)
_ALL = regex(_ID)
_IN_TEXT = regex(rf"(?:(?<!\S){_FLAGS}[ =]|\bvllm +serve +|\blmdeploy +serve +api_server +)[\"']?({_ID})(?![\w./-])")
_VARIABLE = regex(r"(?:[A-Z0-9]+_)*MODEL(?:_ID|_NAME|_PATH)?")
_KEYS = ("model_id", "model_url", "model_name_or_path")
_FOLDERS = frozenset(
    ("app", "cache", "checkpoint", "checkpoints", "data", "mnt", "model", "models", "opt", "output", "tmp", "weights")
)
_FILES = (".bin", ".gguf", ".json", ".onnx", ".pkl", ".pt", ".py", ".safetensors", ".tar", ".txt", ".yaml", ".yml", ".zip")


def named(text: str) -> str:
    """The id that a text is as a whole; ``""`` for a folder, a file and anything else."""
    text = text.strip()
    is_id = _ALL.fullmatch(text) and text.partition("/")[0].lower() not in _FOLDERS and not text.lower().endswith(_FILES)
    return text if is_id else ""


def of_setting(key: str, text: str) -> str:
    """The id in a variable that is called after a model."""
    return named(text) if _VARIABLE.fullmatch(key) else ""


def of_value(key: str, text: str) -> str:
    """The id in a value of a chart whose key says that it is one: ``modelId``, ``llm.modelURL``."""
    return named(text) if "_".join(words(key)).endswith(_KEYS) else ""


def of_words(command: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Every id in a command, with the place of its word: of one word the flag may be the word before, or the whole a script."""
    for place, word in enumerate(command):
        before = command[max(0, place - 3) : place]
        is_served = before[-1:] == ["serve"] and before[-2:-1] != [] and before[-2].rpartition("/")[2] == "vllm"
        is_told = bool(before and _FLAG.fullmatch(before[-1])) or is_served or before[-2:] == ["serve", "api_server"]
        found = [named(word)] if is_told else [named(one) for one in _IN_TEXT.findall(word)]
        yield from ((place, one) for one in dict.fromkeys(found) if one)


def meant(found: Address | Place, *names: str) -> Address | Place:
    """A place of a hub of models and datasets: a dataset where the setting or the container that names it is called after one."""
    about_data = isinstance(found, Place) and found.type == "model" and any("dataset" in name.lower() for name in names)
    return Place("dataset", found.name) if isinstance(found, Place) and about_data else found
