"""``python -m archdoc.action``: what `action.yml` runs. Everything comes from the environment, nothing from the command line."""

import os
import sys

from archdoc.action.run import main

if __name__ == "__main__":
    sys.exit(main(os.environ))
