"""``python -m crossprov``: the command line."""

import sys

from crossprov.cli import main

if __name__ == "__main__":
    sys.exit(main())
