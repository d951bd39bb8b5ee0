"""Benchmarks that anyone can run: ratios within one run, each held against its bound."""

import warnings

# The PostgreSQL wheel looks for a runtime folder that containers and cron jobs do not have.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
