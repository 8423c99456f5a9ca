"""Why a run cannot go on. Each error is one line that says what, where and what to do; the command exits with 2.

ArchdocError
├── ConfigError        archdoc.toml is wrong
├── SourceError        the repository, revision or file cannot be read
├── UsageError         a name is unknown or ambiguous
└── ToolMissingError   an optional program or extra that was asked for is not installed
"""

from __future__ import annotations


class ArchdocError(Exception):
    """The run cannot go on; the message is for the user."""


class ConfigError(ArchdocError):
    """The configuration is wrong."""


class SourceError(ArchdocError):
    """The repository or revision cannot be read."""


class UsageError(ArchdocError):
    """What was asked for does not exist or is ambiguous."""


class ToolMissingError(ArchdocError):
    """A program or an extra that this command needs is not installed."""
