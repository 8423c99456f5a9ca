"""``python -m archdoc``."""

from archdoc.start import main

main()
