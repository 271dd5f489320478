"""`python -m training_metrics`; see `training_metrics.cli`."""

import sys

from training_metrics.cli import main

sys.exit(main())
