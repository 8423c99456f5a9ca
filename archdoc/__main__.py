"""``python -m archdoc``."""

from archdoc.cli import main

main()
