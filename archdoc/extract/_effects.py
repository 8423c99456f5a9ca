"""What steps do to images, clusters and registries: plain values between those who recognise a step and those who tell facts.

An action (`_actions`) and a command (`_commands`) that do the same give the same effect. This module knows neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from archdoc.extract._shell_walk import Argument
from archdoc.extract._values import Text
from archdoc.extract._workspace import Workspace
from archdoc.model import Basis, Evidence

STARTED = "github.event.workflow_run.id"
"""The source of the number of the run whose end has started this one."""
DOCKERFILES = ("Dockerfile", "dockerfile")
"""What Docker takes for the Dockerfile of a context, the first that is there (moby/buildkit, frontend/dockerui)."""


class Mention(NamedTuple):
    """A value with the line that says it; `literal` where it stands there as it is, without being computed."""

    text: Text
    at: Evidence
    literal: bool = True

    @property
    def basis(self) -> Basis:
        """How the value is known."""
        return Basis.DECLARED if self.literal else Basis.COMPUTED

    def of(self, text: Text) -> Mention:
        """The same mention with another text: one row of a list, one of several alternatives."""
        return self._replace(text=text)


class Build(NamedTuple):
    """An image is built.

    `context` None is the repository as GitHub has it (a git context). `file` None is the tool's default, the first of `defaults`
    in the context that there is. `inside` tells that `file` is looked for in the context, not from the current folder.
    `inline` tells that the Dockerfile is text of the step itself, `guessed` that no document says what the fields mean.
    `name` is what tells the build from others of the same step: a target of make or bake, an artifact of Skaffold.
    `arguments` are the build arguments by name, `contexts` the named contexts that stand for what FROM and --from name.
    `builder` is what builds, where that is not Docker or a tool like it. `arms` are those of branches that it stands in, of which
    always the same one is taken, nobody knows which. `foreign` tells that a script of another language than a shell's says it.
    """

    at: Evidence
    images: tuple[Mention, ...] = ()
    context: Mention | None = None
    file: Mention | None = None
    target: Mention | None = None
    pushed: bool = False
    platforms: tuple[str, ...] = ()
    inside: bool = False
    inline: bool = False
    guessed: bool = False
    defaults: tuple[str, ...] = DOCKERFILES
    name: str = ""
    arguments: tuple[tuple[str, Mention], ...] = ()
    contexts: tuple[tuple[str, Mention], ...] = ()
    builder: str = ""
    arms: tuple[tuple[str, int], ...] = ()
    foreign: bool = False


class Push(NamedTuple):
    """A name is pushed; `every_tag` pushes all that are known of it."""

    image: Mention
    every_tag: bool = False


class Rename(NamedTuple):
    """An image gets another name; `pushed` where that happens in a registry."""

    source: Mention
    target: Mention
    pushed: bool = False


class Fetch(NamedTuple):
    """An image comes from elsewhere, by name, or from an archive (`image` None)."""

    image: Mention | None


class Opaque(NamedTuple):
    """A tool that may build images and is not followed."""

    tool: str
    at: Evidence


class Follow(NamedTuple):
    """A command whose own file says what it does: `tool` is a row of `_followers.FOLLOWERS`, `words` stand behind its name.

    `variables` are those that the script sets for the command, beyond the environment in which the script began; `arms` are as
    those of a build.
    """

    tool: str
    words: tuple[Argument, ...]
    variables: Mapping[str, Text]
    at: Evidence
    arms: tuple[tuple[str, int], ...] = ()


class Login(NamedTuple):
    """The job authenticates to a ``registry`` or ``cloud``."""

    type: str
    name: Mention


class SetImage(NamedTuple):
    """An image takes the place of the one that manifests name.

    `of` is the name that stands there, empty for whatever does; `field` is the container, or the key of a chart's values;
    `file` the one file that was changed, of all that are applied.
    """

    image: Mention
    of: Text = ()
    field: str = ""
    file: str = ""


class Deploy(NamedTuple):
    """Manifests or a chart are applied: `target` is a path or URL, a chart's is `chart`.

    `images` are set for it from outside of its files. `recursive` takes the folders below too, `test` tells that the cluster is
    one that tools for tests make, `asked` that the script asks first whether the target is there.
    """

    target: Mention
    chart: bool = False
    images: tuple[SetImage, ...] = ()
    recursive: bool = False
    test: bool = False
    asked: bool = False
    foreign: bool = False


class Define(NamedTuple):
    """Manifests that are text of the step itself are applied."""

    text: Mention
    test: bool = False


class Release(NamedTuple):
    """What runs already gets a new version, by its name.

    `kind` is that of an object of a `cluster` as in identities, or what a cloud calls it. `file` says how it is run.
    `namespace` empty is that of the context.
    """

    kind: str
    name: Mention
    cluster: bool = False
    images: tuple[SetImage, ...] = ()
    file: Mention | None = None
    test: bool = False
    namespace: str = ""


Applied: TypeAlias = Deploy | Define | Release
"""What a command may apply that prints manifests."""


class Edit(NamedTuple):
    """A file that says what runs is changed in the work tree."""

    file: Mention
    images: tuple[SetImage, ...] = ()


class Commit(NamedTuple):
    """What was changed in the work tree is committed (`made`), what was committed is `pushed`.

    `added` are the paths that a later commit takes; one without such a choice before it takes all.
    """

    at: Evidence
    made: bool = False
    pushed: bool = False
    added: tuple[Mention, ...] = ()


class Dispatch(NamedTuple):
    """Another workflow is started: `workflow` by its file, name or number, or those that wait for `event`.

    `repository` empty is this one. `guessed` tells that it was read from code of another language.
    """

    at: Evidence
    workflow: Mention | None = None
    event: Mention | None = None
    repository: Text = ()
    guessed: bool = False


class Render(NamedTuple):
    """A file is written from manifests; who applies the file deploys `sources`.

    `copied`: it is a copy of its only source, a folder perhaps, in which everything has its place.
    """

    file: Mention
    sources: tuple[Applied, ...]
    copied: bool = False


class StartCluster(NamedTuple):
    """The job starts a cluster of its own."""

    at: Evidence


class Upload(NamedTuple):
    """An artifact is stored under a name."""

    name: Mention


class Download(NamedTuple):
    """Artifacts are fetched: by name, by glob (`pattern`), or all (None). `elsewhere` where they may be of another run.

    `workflow` is the one whose run that is, by its file or name; `after` tells that it is the run that started this one.
    """

    name: Mention | None
    at: Evidence
    pattern: bool = False
    elsewhere: bool = False
    workflow: Mention | None = None
    after: bool = False


class Checkout(NamedTuple):
    """A repository is put into a folder of the workspace; `repository` empty is this one."""

    repository: Text
    path: Text


class Write(NamedTuple):
    """Text is added to a file that the runner reads after the step: ``GITHUB_ENV``, ``GITHUB_OUTPUT``."""

    file: str
    text: Text
    at: Evidence


class UseAction(NamedTuple):
    """The job uses an action: its name without version, the version, and whether it is of this repository."""

    name: str
    ref: str
    at: Evidence
    local: bool = False


class RunImage(NamedTuple):
    """The job runs an image as its container, a service or a step; `container` is which."""

    image: Mention
    container: str


class Output(NamedTuple):
    """An output of the step, known from what its action does."""

    name: str
    value: Text


Effect: TypeAlias = (
    Build
    | Push
    | Rename
    | Fetch
    | Opaque
    | Follow
    | Login
    | Deploy
    | Define
    | Release
    | Edit
    | Commit
    | Dispatch
    | Render
    | StartCluster
    | Upload
    | Download
    | Checkout
    | Write
    | Output
    | UseAction
    | RunImage
)


class Done(NamedTuple):
    """An effect where it happened: the key of its step, and the folder and the checkouts by which its paths are read.

    `via` is the line of the step that led there, where the effect itself stands in a file that the step has followed.
    """

    effect: Effect
    step: str
    directory: Text
    workspace: Workspace
    via: Evidence | None = None


def foreign(effect: Effect) -> Effect:
    """An effect that was read in a script of another language than that of a shell."""
    return effect._replace(foreign=True) if isinstance(effect, (Build, Deploy)) else effect
