"""Judging what is committed against what is: `freshness` for generated blocks. Nothing here writes or prints."""
