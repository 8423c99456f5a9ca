"""Go templates in texts of configuration files."""

from __future__ import annotations

import pytest

from archdoc.extract import _values as values
from archdoc.extract._go_template import expand
from archdoc.extract._values import Text, Unknown


def field(name: str) -> Text:
    return {"ProjectName": ("Shop",), "Env.REGISTRY": ("ghcr.io/acme",), "Env.EMPTY": ()}.get(name, (Unknown(name),))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("{{ .ProjectName }}", "Shop"),
        ("{{.Env.REGISTRY}}/a:{{ .Version }}", "ghcr.io/acme/a:*"),
        ("a {{- .ProjectName -}} b", "aShopb"),
        ("{{ tolower .ProjectName }}{{ .ProjectName | tolower }}", "shopshop"),
        ('{{ "lit" }}{{ `eral` }}', "literal"),
        ('{{ index .Env "REGISTRY" }}', "ghcr.io/acme"),
        ('{{ envOrDefault "NONE" "quay.io" }}/a', "*/a"),
        ("a/{{ if .IsSnapshot }}b{{ else }}c{{ if .X }}d{{ end }}{{ end }}:e", "a/*:e"),
        ("{{ replace .ProjectName `a` `b` }}", "*"),
        ("{{ .ProjectName | replace `a` `b` }}", "*"),
        ("{{ .Env.EMPTY | default .Env.REGISTRY }}/{{ .ProjectName | default .Env.EMPTY }}", "ghcr.io/acme/Shop"),
        ("{{ .Version | default .ProjectName | quote }}", "*"),
        ("{{/* a note */}}a{{ $x := .ProjectName }}", "a"),
        ("a{{ .Open", "*"),
        ("{{ end }}a", "a"),
    ],
)
def test_expand(text: str, shown: str) -> None:
    assert values.shown(expand(text, field)) == shown


def test_a_default_counts_where_the_variable_is_not_known() -> None:
    assert values.alternatives(expand('{{ envOrDefault "NONE" "quay.io" }}/a', field)) == (("quay.io/a",),)
