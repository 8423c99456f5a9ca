"""The text of a shell script as statements: which commands stand in it, in what order, with which words and redirections.

Bash's grammar as far as it decides where a command and a word begin and end (Bash Reference Manual, chapter 3). Nothing is
expanded here and nothing is run. This module knows no workflow and no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from archdoc.extract import _shell_quiet as quiet
from archdoc.extract._shell_branches import LEAVING
from archdoc.extract._shell_syntax import (
    Assignment,
    Branch,
    Function,
    Group,
    Literal,
    Loop,
    Pipeline,
    Redirect,
    ShellError,
    Simple,
    Statement,
    Substitution,
    Test,
    Word,
)
from archdoc.extract._shell_words import Reader, plain_word
from archdoc.regex import regex

MAX_LENGTH = 512 * 1024

_RESERVED = regex(
    r"(if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc|\[\[|[{}!])(?=(?:\\\n)*(?:[\s;&|()<>]|$))"
)
_RESERVED_BEGIN = frozenset("itefswudc[{}!")
_ASSIGN = regex(r"([A-Za-z_]\w*)(?:\[([^\]\n]*)\])?(\+?)=")
_ELEMENT = regex(r"\[([^\]\n]*)\]\+?=")
_VARIABLE = regex(r"[A-Za-z_]\w*")
_DEFINITION = regex(r"([^\s;&|<>()'\"`$\\={}]+)[ \t]*\([ \t]*\)")
_NAMED_DEFINITION = regex(r"([^\s;&|<>()]+)(?:[ \t]*\([ \t]*\))?")
_IN = regex(r"in(?=[\s;]|$)")
_COMPARISON = regex(r"\s*(!\s+)?(\[\[|\[|test)\s+")
_COMPARISON_BEGIN = frozenset("[!t \t\n\r\v\f")
_COMPARED = regex(r"[ \t]*(\]\]|\]|)[ \t]*(?:;|\n)\s*then\b")
_AND = regex(r"[ \t]*(\]\]|\]|)[ \t]*&&")
_ALONE = regex(r"[ \t]*(\]\])(?=[\s;&|)]|$)")
_CLOSES = {"[[": "]]", "[": "]", "test": ""}
_OPERATORS = {"==": "=", **{one: one for one in ("=", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge")}}
_BEHIND_COMMAND = frozenset({"", "\n", ";", "&", "|", ")"})
_MOST_WORDS = 5
_TEST_END = regex(r"\]\](?=[\s;&|)]|$)")
_PLAIN = regex(r"(?:[ \t]|\\\n)*([^\\\s'\"`$;&|<>()#][^\\\s'\"`$;&|<>()]*)(?=[ \t\n;&|)]|$)")
DECLARING = frozenset({"export", "declare", "local", "readonly", "typeset"})


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[Statement, ...]:
    """The statements of a script. Raises ShellError for what is no bash, or larger or deeper than any sane script."""
    if len(text) > MAX_LENGTH:
        raise ShellError("longer than 512 KiB", 0)
    parser = _Parser(text)
    body = parser.body(frozenset())
    if parser.at < len(text):
        raise parser.error(f"`{text[parser.at]}` has no place here")
    return body


class _Parser(Reader):
    """Recursive descent over characters; `at` is where it reads."""

    reserved_at = -1
    reserved_here = ""
    deciding = False

    def inner(self, text: str, row: int) -> Reader:
        reader = _Parser(text, row, self.depth)
        reader.deciding = self.deciding
        return reader

    def body(self, ends: frozenset[str]) -> tuple[Statement, ...]:
        """Statements up to a reserved word of `ends`, a ``)``, a ``;;`` or the end of the text; none of which is taken."""
        self.deeper()
        found: list[Statement] = []
        while self.more(ends):
            found.append(self.and_or())
            self.blanks()
            following = self.text[self.at : self.at + 1]
            if following == "&":
                self.at += 1
            elif following and following not in "\n;)" and self.reserved() not in ends:  # as in `{ for a in b; do c; done }`
                raise self.error(f"`{following}` has no place here")
        self.depth -= 1
        return tuple(found)

    def more(self, ends: frozenset[str]) -> bool:
        """Skip what separates statements; whether another one follows."""
        while True:
            self.blanks()
            following = self.text[self.at : self.at + 1]
            if following == "\n":
                self.newline()
            elif following == ";" and self.text[self.at + 1 : self.at + 2] not in (";", "&"):
                self.at += 1
            elif following in ("", ")", ";"):
                return False
            else:
                return self.reserved() not in ends if ends else True

    def reserved(self) -> str:
        """The reserved word that stands here; it is asked for several times at a place."""
        if self.at != self.reserved_at:
            may_be = self.text[self.at : self.at + 1] in _RESERVED_BEGIN
            match = _RESERVED.match(self.text, self.at) if may_be else None
            self.reserved_at, self.reserved_here = self.at, match[1] if match else ""
        return self.reserved_here

    def take(self, word: str) -> None:
        """Take a reserved word that must stand here, separators before it skipped."""
        self.more(frozenset({word}))
        if self.reserved() != word:
            raise self.error(f"`{word}` is missing")
        self.at += len(word)

    def and_or(self) -> Statement:
        test = self.decidable(_AND) if self.text[self.at : self.at + 1] in _COMPARISON_BEGIN else None
        first = self.pipeline()
        found: list[Statement] = [first]
        chained: set[int] = set()
        while True:
            self.blanks()
            operator = self.text[self.at : self.at + 2]
            if operator not in ("&&", "||"):
                break
            self.at += 2
            self.lines()
            right = self.pipeline()
            last = found[-1]
            if operator == "||" and test is not None and len(found) == 2 and isinstance(last, Branch) and len(last.arms) == 1:
                # As scripts write a choice: `[ a = b ] && one || other`.
                arms = (*last.arms, (right,))
                found[-1] = Branch(arms, exhaustive=True, tests=last.tests, names=quiet.of_arms(arms, ()))
            elif operator == "||" or (test is not None and len(found) == 1):
                tests = () if operator == "||" else (test,)
                names = quiet.of_body((right,), may_leave=operator == "||")
                found.append(Branch(((right,),), exhaustive=False, tests=tests, names=names, after=operator))
            elif _leaves(right) or (len(found) == 1 and _asks(first)):
                found.append(Branch(((right,),), exhaustive=False, names=quiet.of_body((right,)), after=operator))
            else:
                chained.add(len(found))
                found.append(right)
        if len(found) == 1:
            return first
        return Group(tuple(found), names=quiet.of_body(found), chained=frozenset(chained))

    def pipeline(self) -> Statement:
        negated = False
        while self.reserved() in ("!", "time", "coproc"):
            negated ^= self.reserved() == "!"
            self.at += len(self.reserved())
            self.blanks()
            if self.text.startswith("-p ", self.at):
                self.at += 3
                self.blanks()
        stages = [self.command()]
        while True:
            self.blanks()
            if not self.text.startswith("|", self.at) or self.text.startswith("||", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            self.lines()
            stages.append(self.command())
        found = stages[0] if len(stages) == 1 else Pipeline(tuple(stages), quiet.of_body(stages))
        return Group((found,), names=quiet.of_body((found,)), negated=True) if negated else found

    def command(self) -> Statement:
        self.blanks()
        word = self.reserved()
        if word in _COMPOUND:
            self.at += len(word)
            return _COMPOUND[word](self)
        if word and word not in ("time", "!", "coproc"):
            raise self.error(f"`{word}` has no place here")
        if self.text.startswith("((", self.at) and (end := self.arithmetic(self.at + 2)) >= 0:
            self.at = end
            return _group((), self.redirects())
        if self.text.startswith("(", self.at):
            self.at += 1
            inner = self.body(frozenset())
            self.close(")")
            return _group(inner, self.redirects(), subshell=True)
        definition = _DEFINITION.match(self.text, self.at)
        if definition and not self.text.startswith("((", self.at):
            self.at = definition.end()
            return self.definition(definition[1])
        return self.simple()

    def definition(self, name: str) -> Statement:
        self.deeper()
        self.lines()
        body = self.command()
        self.depth -= 1
        return Function(name, (body,), quiet.of_body((body,)))

    def named_definition(self) -> Statement:
        self.blanks()
        match = _NAMED_DEFINITION.match(self.text, self.at)
        if match is None:
            raise self.error("a name is missing")
        self.at = match.end()
        return self.definition(match[1])

    def group(self) -> Statement:
        inner = self.body(frozenset({"}"}))
        self.take("}")
        return _group(inner, self.redirects())

    def condition(self) -> Statement:
        arms: list[tuple[Statement, ...]] = []
        tests: list[Test | None] = []
        heads: list[int] = []
        exhaustive = False
        while True:
            tests.append(self.decidable(_COMPARED, chained=True))
            test = self.body(frozenset({"then"}))
            heads.append(len(test))
            self.take("then")
            arms.append(test + self.body(frozenset({"elif", "else", "fi"})))
            word = self.reserved()
            if word == "elif":
                self.at += 4
                continue
            if word == "else":
                self.at += 4
                arms.append(self.body(frozenset({"fi"})))
                exhaustive = True
            self.take("fi")
            redirects = self.redirects()
            return Branch(tuple(arms), exhaustive, redirects, tuple(tests), quiet.of_arms(arms, redirects), tuple(heads))

    def decidable(self, end: re.Pattern[str], *, chained: bool = False) -> Test | None:
        """The tests that stand here before `end`, if they compare texts or look for a file; nothing is taken.

        It is one, or several with ``&&`` between them where they may be `chained`. Those within its words are not asked for:
        what stands there would be read twice at every level.
        """
        if self.deciding:
            return None
        start, depth, waiting, self.deciding = self.at, self.depth, [*self.heredocs], True
        try:
            first = self.comparison(_AND) if chained else None
            if first is None:
                self.at = start
                return self.comparison(end)
            between = _AND.match(self.text, self.at)
            self.at = between.end() if between else start
            self.deciding = False
            rest = self.decidable(end, chained=True)
            return first._replace(rest=rest) if rest else None
        except ShellError:
            return None
        finally:
            self.at, self.depth, self.heredocs, self.deciding = start, depth, waiting, False

    def comparison(self, end: re.Pattern[str]) -> Test | None:
        opened = _COMPARISON.match(self.text, self.at)
        if opened is None:
            return None
        self.at = opened.end()
        words: list[Word] = []
        while len(words) < _MOST_WORDS and not (closed := end.match(self.text, self.at)):
            self.blanks()
            word = self.word(in_pattern=opened[2] == "[[")
            if word is None:
                return None
            words.append(word)
        if not words or closed is None or closed[1] != _CLOSES[opened[2]]:
            return None
        negated = opened[1] is not None
        if words[0].literal == "!":
            negated, words = not negated, words[1:]
        if len(words) == 2 and words[0].literal in ("-n", "-z", "-f", "-d", "-e"):
            return Test(words[0].literal, words[1], words[1], negated)
        operator = _OPERATORS.get(words[1].literal or "") if len(words) == 3 else None
        if operator in ("=", "!=") and opened[2] == "[[":  # what stands behind it is a pattern
            operator, negated = "case", negated is not (operator == "!=")
        return Test(operator, words[0], words[2], negated) if operator else None

    def case(self) -> Statement:
        self.blanks()
        subject = self.word()
        self.lines()
        if not _IN.match(self.text, self.at):
            raise self.error("`in` is missing")
        self.at += 2
        arms: list[tuple[Statement, ...]] = []
        tests: list[Test | None] = []
        exhaustive, through = False, False
        while True:
            self.lines()
            if self.reserved() == "esac":
                break
            if self.text.startswith("(", self.at):
                self.at += 1
            patterns: list[Word | None] = []
            while True:
                self.blanks()
                pattern = self.word(in_pattern=True)
                patterns.append(pattern)
                exhaustive = exhaustive or (pattern is not None and pattern.parts == (Literal("*"),))
                self.blanks()
                if not self.text.startswith("|", self.at):
                    break
                self.at += 1
            self.close(")")
            first, *others = [one for one in patterns if one is not None] or [Word((), 0)]
            known = len(others) + 1 == len(patterns)
            tests.append(Test("case", subject, first, others=tuple(others)) if known and subject is not None else None)
            arms.append(self.body(frozenset({"esac"})))
            self.blanks()
            for end in (";;&", ";;", ";&"):
                if self.text.startswith(end, self.at):
                    self.at += len(end)
                    through = through or end != ";;"
                    break
        self.take("esac")
        redirects = self.redirects()
        names = quiet.of_arms(arms, redirects, subject)
        return Branch(tuple(arms), exhaustive, redirects, () if through else tuple(tests), names)

    def each(self) -> Statement:
        self.blanks()
        if self.text.startswith("((", self.at):
            end = self.arithmetic(self.at + 2)
            if end < 0:
                raise self.error("`))` is missing")
            self.at = end
            return self.loop("", None)
        match = _VARIABLE.match(self.text, self.at)
        if match is None:
            raise self.error("a name is missing")
        self.at = match.end()
        self.lines()
        words: list[Word] | None = None
        if _IN.match(self.text, self.at):
            self.at += 2
            words = []
            self.blanks()
            while (word := self.word()) is not None:
                words.append(word)
                self.blanks()
        return self.loop(match[0], None if words is None else tuple(words))

    def loop(self, variable: str, words: tuple[Word, ...] | None) -> Statement:
        self.more(frozenset())
        if self.reserved() == "{":
            self.at += 1
            group = self.group()
            assert isinstance(group, Group)
            return Loop(variable, words, group.body, group.redirects, group.names)
        self.take("do")
        body = self.body(frozenset({"done"}))
        self.take("done")
        return _loop(variable, words, body, self.redirects())

    def repeat(self) -> Statement:
        test = self.body(frozenset({"do"}))
        self.take("do")
        body = self.body(frozenset({"done"}))
        self.take("done")
        return _loop("", None, test + body, self.redirects())

    def test(self) -> Statement:
        """``[[ ... ]]``: no command stands in it, unless in a substitution."""
        inner: list[Statement] = []
        self.at -= 2
        asked = self.decidable(_ALONE)
        self.at += 2
        while True:
            self.lines()
            if self.at >= len(self.text):
                raise self.error("`]]` is missing")
            if _TEST_END.match(self.text, self.at):
                self.at += 2
                found = _group(tuple(inner), self.redirects(), subshell=True)
                return found._replace(asks=True, test=asked, names=None if found.names is None else found.names | {("[",)})
            word = self.word(in_pattern=True)
            if word is None:
                self.at += 1
            else:
                inner += [statement for part in word.parts if isinstance(part, Substitution) for statement in part.body]

    def simple(self) -> Statement:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        declares = False
        start = self.at
        while True:
            while words and not declares and (plain := _PLAIN.match(self.text, self.at)):
                self.at = plain.end()
                words.append(plain_word(plain[1], self.row(plain.start(1))))
            self.blanks()
            if self.redirect(redirects):
                continue
            if self.text[self.at : self.at + 1] in _BEHIND_COMMAND:
                break
            if (declares or not words) and (match := _ASSIGN.match(self.text, self.at)):
                opened = self.text.startswith("(", match.end())
                if not words or opened:
                    self.at = match.end()
                    values, keys = self.array() if opened else (self.assigned(), (match[2],) if match[2] else ())
                    assignments.append(Assignment(match[1], values, bool(match[3]), opened, keys))
                    continue
            word = self.word()
            if word is None:
                break
            words.append(word)
            declares = declares or (len(words) == 1 and word.literal in DECLARING)
        if self.at == start:
            raise self.error("a command is missing")
        return Simple(tuple(assignments), tuple(words), tuple(redirects), quiet.of_simple(assignments, words, redirects))

    def assigned(self) -> tuple[Word, ...]:
        row = self.row()
        if self.at < len(self.text) and self.text[self.at] in " \t\n":
            return (Word((), row),)
        return (self.word() or Word((), row),)

    def array(self) -> tuple[tuple[Word, ...], tuple[str, ...]]:
        self.at += 1
        found: list[Word] = []
        keys: list[str] = []
        while True:
            self.lines()
            match = _ELEMENT.match(self.text, self.at)
            if match:
                self.at = match.end()
            word = self.word()
            if word is None:
                break
            found.append(word)
            keys.append(match[1] if match else "")
        self.close(")")
        return tuple(found), tuple(keys) if any(keys) else ()


def _asks(statement: Statement) -> bool:
    """Whether a command is there for its answer: whoever writes ``grep -q a && b`` expects that it may fail."""
    last = statement.stages[-1] if isinstance(statement, Pipeline) else statement
    words = [one.literal for one in last.words[:2]] if isinstance(last, Simple) else []
    return words[:1] in _ANSWERING or words in (["command", "-v"], ["docker", "inspect"])


_ANSWERING = tuple([one] for one in ("grep", "egrep", "fgrep", "which", "type", "hash", "diff", "cmp", "pgrep"))


def _leaves(statement: Statement) -> bool:
    """Whether a statement may end the script, the function or the loop that it stands in."""
    if isinstance(statement, Simple):
        return bool(statement.words) and statement.words[0].literal in LEAVING
    if isinstance(statement, Branch):
        return any(_leaves(one) for arm in statement.arms for one in arm)
    return isinstance(statement, (Group, Loop)) and any(map(_leaves, statement.body))


def _group(body: tuple[Statement, ...], redirects: tuple[Redirect, ...], *, subshell: bool = False) -> Group:
    return Group(body, subshell, redirects, quiet.of_arms((body,), redirects))


def _loop(variable: str, words: tuple[Word, ...] | None, body: tuple[Statement, ...], redirects: tuple[Redirect, ...]) -> Loop:
    return Loop(variable, words, body, redirects, quiet.of_arms((body,), redirects))


_COMPOUND: dict[str, Callable[[_Parser], Statement]] = {
    "if": _Parser.condition,
    "case": _Parser.case,
    "for": _Parser.each,
    "select": _Parser.each,
    "while": _Parser.repeat,
    "until": _Parser.repeat,
    "{": _Parser.group,
    "[[": _Parser.test,
    "function": _Parser.named_definition,
}
