"""`python -m capsnet`: see `capsnet.cli`."""

from __future__ import annotations

import sys

from capsnet.cli import main

if __name__ == "__main__":
    sys.exit(main())
