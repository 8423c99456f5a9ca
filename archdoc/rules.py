"""Every finding that archdoc can make: one row a rule, with its severity and one sentence that tells what to do.

The documentation's list of rules is made from this table.
"""

from __future__ import annotations

from typing import NamedTuple

from archdoc.model import Evidence, Finding, Severity


class Rule(NamedTuple):
    """What a rule says when it fires and what the reader does then."""

    severity: Severity
    advice: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: dict[str, Rule] = {
    # reading
    "file-missing": Rule(_W, "The file's content is not in this clone: fetch it (partial clone) or restore it."),
    "file-too-large": Rule(_W, "Files above 16 MiB are not read: split the file or exclude it."),
    "lfs-pointer": Rule(_N, "The content lies in Git LFS and is not read: keep infrastructure files out of LFS."),
    "symlink": Rule(_N, "Symbolic links are not followed: point archdoc at the file itself."),
    "submodule": Rule(_N, "Submodules are not read: run archdoc in that repository."),
    "not-utf8": Rule(_W, "The file is not UTF-8: convert it or exclude it."),
    "binary-file": Rule(_N, "The file is binary or encrypted and is not read."),
    "encrypted": Rule(_N, "The file is encrypted with SOPS: names are read, values never."),
    "extractor-failed": Rule(_E, "This is a bug in archdoc: please report it with the file."),
    # YAML
    "yaml-invalid": Rule(_E, "Mend the YAML, or exclude the file in archdoc.toml."),
    "yaml-template": Rule(_N, "The file is a template that needs its own tool; only rendered files are read."),
    "yaml-too-deep": Rule(_E, "Nesting above 100 levels is not read."),
    "yaml-too-complex": Rule(_E, "Aliases make the document larger than a sane file: write it out."),
    "yaml-duplicate-key": Rule(_W, "A later key hides an earlier one: remove one of them."),
    "yaml-merge-key": Rule(_E, "GitHub Actions refuses merge keys: write the keys out or use a plain alias."),
    "yaml-several-documents": Rule(_E, "A workflow is one document: remove the rest."),
    # GitHub Actions
    "repository-named": Rule(_N, "`github.repository` is the name that this line gives; if it is wrong, set `repository`."),
    "workflow-invalid": Rule(_E, "GitHub refuses this workflow: mend the key that is named."),
    "workflow-too-large": Rule(_W, "Matrices and calls multiply beyond what is followed; what lies beyond is not in the graph."),
    "needs-missing": Rule(_E, "The job waits for a job that does not exist: mend `needs`."),
    "needs-cycle": Rule(_E, "The jobs wait for one another: break the cycle."),
    "workflow-call-missing": Rule(_E, "The reusable workflow is not in this repository: mend the path."),
    "workflow-call-depth": Rule(_W, "Reusable workflows are followed ten levels deep: a cycle, or too deep."),
    "call-invalid": Rule(
        _E, "GitHub refuses the call: give the inputs and secrets that the called workflow declares, and no others."
    ),
    "input-unknown": Rule(_W, "The action has no such input and ignores it: mend the name."),
    "input-missing": Rule(_W, "The action says that it needs this input: give it."),
    "output-unknown": Rule(_W, "Nothing declares this output, so that it is empty: mend the name or declare it."),
    "workflow-run-unknown": Rule(_W, "No workflow has this name: mend `on.workflow_run.workflows`."),
    "dispatch-unknown": Rule(_W, "No workflow here has this file or name, or waits for this event: mend what is dispatched."),
    "action-missing": Rule(_E, "The action is not in this repository: mend the path."),
    "expression-unknown": Rule(_N, "The value is known at run time only; that part is shown as `*`."),
    "shell-unread": Rule(_N, "The shell of this step could not be read: its commands are not in the graph."),
    "push-not-built": Rule(_W, "The job pushes an image it never built or tagged: build with that name or `docker tag` it."),
    "push-without-login": Rule(_W, "The registry refuses a push without a login: add a login step before it."),
    "build-not-followed": Rule(_N, "A tool that is not followed builds this image; only its push is known."),
    "artifact-missing": Rule(_W, "No job uploads this artifact: mend the name."),
    "dockerfile-made": Rule(_N, "The Dockerfile is made before it is built, so that what it says is not in the graph."),
    "dockerfile-missing": Rule(_W, "The Dockerfile is not in this repository: mend the path of the build."),
    "context-missing": Rule(_N, "Something must bring the folder before the build, as a clone does; else mend its path."),
    "deploy-path-missing": Rule(_W, "What is deployed is not in this repository: mend the path."),
    "deploy-ambiguous": Rule(_N, "Several objects have the name that is deployed, so none is linked: name the file."),
    # Dockerfiles
    "dockerfile-invalid": Rule(_E, "BuildKit refuses this Dockerfile: mend the line."),
    "dockerfile-without-stage": Rule(_W, "A file without FROM builds nothing: remove it, or rename it if others take it in."),
    "dockerfile-template": Rule(_N, "The file is a template that makes a Dockerfile; only what it makes can be read."),
    "dockerfile-frontend": Rule(_N, "Another frontend than Docker's reads this file; what it adds is not in the graph."),
    "stage-unknown": Rule(_E, "No earlier stage and no image has this name: mend `--from` or the target."),
    "stage-duplicate": Rule(_W, "Two stages have one name and the last wins: rename one."),
    # Kubernetes
    "object-invalid": Rule(_W, "The object has no kind or name and is not in the graph."),
    "object-partial": Rule(_N, "The object is a patch that no kustomization uses: use it or remove it; it is not in the graph."),
    "object-duplicate": Rule(_N, "Two files define one object; the first is shown: remove one or exclude its folder."),
    "selector-empty": Rule(_W, "No pod has these labels, so that the Service leads nowhere: mend its selector or their labels."),
    "selector-unmatched": Rule(_N, "The selector matches nothing in this deployable; what it is meant for is defined elsewhere."),
    "selector-too-broad": Rule(_N, "Selectors here match more than is followed: select by labels that tell apart."),
    "policy-unmatched": Rule(_W, "It is for nothing that is here: mend its labels, or the workload is created elsewhere."),
    "policy-rule-ignored": Rule(_W, "Add the direction to `policyTypes`, or remove the rules."),
    "policy-cuts-call": Rule(_W, "Add the rule that lets the call through, or remove the call."),
    "image-invalid": Rule(_W, "This is no image name by the rules of registries: mend it."),
    "reference-missing": Rule(_N, "What is applied here does not define the object: define it, or leave it to whoever makes it."),
    "backend-missing": Rule(_W, "The route leads to a Service that nothing here defines: mend its name or add the Service."),
    "scale-target-missing": Rule(_W, "The autoscaler scales nothing: mend the kind and name of its target."),
    "port-missing": Rule(_W, "The Service has no such port: mend the number or name."),
    "target-port-missing": Rule(_W, "No container has a port of this name, so that nothing answers: name one that is there."),
    "host-ambiguous": Rule(_N, "Several Services have this name, so none is linked: say its namespace, or keep them together."),
    "host-unknown": Rule(_N, "The address looks like a cluster Service but none has this name here."),
    # Kustomize and Helm
    "kustomization-invalid": Rule(_E, "Kustomize refuses this file: mend the key that is named."),
    "kustomize-file-missing": Rule(_E, "The kustomization names a file that does not exist: mend the path."),
    "kustomize-remote": Rule(_N, "A remote base is not fetched; what it defines is not in the graph."),
    "kustomize-unsupported": Rule(_N, "This field of the kustomization is not applied; the rest is."),
    "patch-target-missing": Rule(_W, "The patch matches no object: mend its target."),
    "chart-not-rendered": Rule(_N, "Helm templates are not read yet: commit the rendered manifests to have them drawn."),
    "kustomize-file-generated": Rule(
        _N, "Git ignores the file, or a template or script makes it: it is made later and not in the graph."
    ),
    # Skaffold
    "skaffold-invalid": Rule(_E, "Skaffold refuses this file: mend the key that is named."),
    "skaffold-module-missing": Rule(_W, "The required module is not in this repository: mend the path."),
    "skaffold-remote": Rule(_N, "A module of another repository is not fetched; what it builds is not in the graph."),
    # bake
    "bake-unread": Rule(_W, "Bake refuses this file: mend the line that is named."),
    "bake-target-missing": Rule(_W, "No file of bake has this target or group: mend the name."),
    # compose
    "compose-invalid": Rule(_E, "Compose refuses this file: mend the key that is named."),
    "compose-file-missing": Rule(_W, "The Compose file names a file or service that does not exist: mend the name."),
    "compose-partial": Rule(_N, "The service changes one of another Compose file, which is run together with this one."),
    # from source to cluster
    "dockerfile-unbuilt": Rule(_N, "Nothing here builds this Dockerfile: build it in a workflow, or remove it."),
    "image-unbuilt": Rule(_N, "The image is yours by its owner: say where it is built, or mend the name."),
    "image-latest": Rule(_N, "What runs changes when the tag moves: name a version or a digest."),
    # the gate
    "diagram-stale": Rule(_E, "Run `archdoc update` and commit the pages with the change."),
    "view-unknown": Rule(_E, "No view has this id: mend the marker or remove the block."),
    "block-unclosed": Rule(_E, "The block has no `archdoc:end` marker: add it."),
    "conflict-marker": Rule(_E, "The page holds merge conflict markers: resolve them."),
    # diagrams drawn by hand
    "drawing-missing": Rule(_W, "`drawings` names what is not there, or what holds no diagram: mend the path."),
    "drawing-node-absent": Rule(
        _E, "Remove or rename the node, or say `archdoc: NODE = ENTITY` or `archdoc: external` above it."
    ),
    "drawing-edge-absent": Rule(_E, "Remove or redraw the arrow, or say `archdoc: ignore-next` above it."),
    "drawing-edge-reversed": Rule(_E, "Turn the arrow round, or say `archdoc: ignore-next` above it."),
    "drawing-edge-missing": Rule(_E, "The drawing shows such arrows, but not this one: draw it."),
    "drawing-edge-undrawn": Rule(_W, "Draw the arrow, if the drawing is meant to show such."),
    "drawing-incomplete": Rule(_E, "The drawing is to be complete: draw it."),
    "drawing-undrawn": Rule(_W, "Draw them, if the drawing is meant to show all."),
    "drawing-map-unknown": Rule(_E, "Write `archdoc: NODE = ENTITY`, `archdoc: external` or `archdoc: ignore-next`."),
    "drawing-not-judged": Rule(_N, "This part of the drawing is not compared with anything."),
    "ignore-invalid": Rule(_E, "Write `archdoc: ignore[rule] reason`, with the name of the rule and why it is accepted."),
    "ignore-unused": Rule(_W, "It accepts nothing: remove it, or mend its rule, path or place."),
    "baseline-stale": Rule(_W, "The error is gone: run `archdoc baseline --prune`."),
}


def finding(rule: str, message: str, at: Evidence, subject: str = "") -> Finding:
    """A finding of `rule` at a line; KeyError for a rule that is not in the table."""
    return Finding(rule, RULES[rule].severity, message, at.path, at.line, subject)
