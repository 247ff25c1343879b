"""Every code block of README, CONTRIBUTING and docs/ is a test; see ``tests/page_blocks.py``."""

from page_blocks import collected

pytest_collect_file = collected()
