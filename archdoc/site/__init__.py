"""What a documentation site needs to show pictures: two fences for pymdownx.superfences. It knows neither MkDocs nor a theme."""
