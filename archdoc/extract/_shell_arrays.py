"""Arrays that a script sets: whole, with keys, or one element after the other.

Bash Reference Manual, section 6.7. This module knows variables only through `Variables`.
"""

from __future__ import annotations

from archdoc.extract._shell_branches import Values
from archdoc.extract._shell_expand import Grown, Keyed, Variables, fields, index, keys
from archdoc.extract._shell_syntax import Assignment
from archdoc.extract._values import Text, Unknown


def made(assignment: Assignment, before: Values | None, variables: Variables) -> Values:
    """``name=(a b)``, ``name=([a]=b)``, ``name+=(a b)``; `before` is what more is added to."""
    first = before if isinstance(before, list) else []
    if not any(assignment.keys):
        found = [*first, *(one for word in assignment.values for one in fields(word, variables))]
        return Grown(found) if isinstance(first, Grown) else found
    pairs = dict(zip(keys(first), first, strict=True))
    for key, word in zip(assignment.keys, assignment.values, strict=True):
        name = index(key, variables, keyed=True) if key else str(len(pairs))
        found = fields(word, variables)
        if name is None or len(found) > 1:
            return [(Unknown(assignment.name),)]
        pairs[name] = found[0] if found else ()
    return Keyed(pairs)


def with_element(assignment: Assignment, value: Text, before: Values | None, variables: Variables) -> Values:
    """An array once ``name[key]=value`` is done."""
    found = before if isinstance(before, list) else [] if before is None or before == () else [before]
    keyed = isinstance(found, Keyed)
    name = index(assignment.keys[0], variables, keyed=keyed)
    if name is None:
        return [(Unknown(assignment.name),)]
    pairs = {**dict(zip(keys(found), found, strict=True)), name: value}
    in_order = not keyed and list(pairs) == [str(number) for number in range(len(pairs))]
    return list(pairs.values()) if in_order else Keyed(pairs)
