"""`python -m quod` is `quod`."""

import sys

from quod.cli import main

if __name__ == "__main__":
    sys.exit(main())
