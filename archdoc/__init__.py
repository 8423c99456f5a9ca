"""archdoc reads workflows, manifests and Dockerfiles of a git repository into one graph and keeps its diagrams true."""

__version__ = "0.1.0"
