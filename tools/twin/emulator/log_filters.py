"""CloudWatch Logs filter patterns.

Upstream takes a JSON pattern (`{ $.a = "b" }`) for a list of bare terms, so that it never matches in a subscription, and
knows no regular expressions. We need both forms judged as the service documents them (CloudWatch Logs user guide,
"Filter pattern syntax"), and a wrong pattern named as such.
"""

import json
import re

from ministack.services import cloudwatch_logs

TOKEN = re.compile(
    r"\s*(&&|\|\||!=|>=|<=|=|>|<|\(|\)|%(?:[^%\\]|\\.)*%|\"(?:[^\"\\]|\\.)*\"|\$(?:\.[\w\-/]+|\.?\['[^']*'\]|\.?\[\d+\])+|[^\s()=<>!&|]+)"
)
STEP = re.compile(r"\.([\w\-/]+)|\['([^']*)'\]|\[(\d+)\]")
# what the service allows between the percent signs
REGEX = re.compile(r"(?:[\w\s#=@/;,:\-^$?\[\]{}|*+.]|\\.)*\Z")
MAX_REGEXES = 2
MISSING = object()


class BadPattern(ValueError):
    pass


def select(value, selector):
    """The value that a selector such as `$.a.b[0]` or `$.['a.b']` points at, or MISSING."""
    for name, quoted, index in STEP.findall(selector):
        try:
            value = value[int(index)] if index else value[name or quoted]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return value


def regex(text):
    body = text[1:-1]
    if not REGEX.match(body):
        raise BadPattern(f"regular expression {text} has characters that are not allowed")
    try:
        return re.compile(body)
    except re.error as error:
        raise BadPattern(f"regular expression {text}: {error}") from error


def equals(literal):
    """A test for `= literal`: a number, a text with `*`, or a regular expression."""
    if literal.startswith("%"):
        pattern = regex(literal)
        return lambda value: isinstance(value, str) and bool(pattern.search(value))
    quoted = literal.startswith('"')
    text = re.sub(r"\\(.)", r"\1", literal[1:-1]) if quoted else literal
    pattern = re.compile(".*".join(map(re.escape, text.split("*"))) + r"\Z", re.S)

    def test(value):
        if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
            return False
        if isinstance(value, str):
            return bool(pattern.match(value))
        try:
            return value == float(text)
        except ValueError:
            return False

    return test


ORDER = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


class JsonPattern:
    """Compiles `{ … }`: `()` binds closer than `&&`, and that closer than `||`."""

    def __init__(self, pattern):
        body = pattern.strip()[1:-1]
        self.tokens = TOKEN.findall(body)
        if "".join(self.tokens) != re.sub(r"\s+(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)", "", body):
            raise BadPattern("unreadable characters")
        self.at = 0
        self.test = self.any_of()
        if self.peek() is not None:
            raise BadPattern(f"unexpected {self.peek()!r}")

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self):
        token = self.peek()
        if token is None:
            raise BadPattern("it ends too early")
        self.at += 1
        return token

    def any_of(self):
        tests = [self.all_of()]
        while self.peek() == "||":
            self.next()
            tests.append(self.all_of())
        return lambda event: any(test(event) for test in tests)

    def all_of(self):
        tests = [self.condition()]
        while self.peek() == "&&":
            self.next()
            tests.append(self.condition())
        return lambda event: all(test(event) for test in tests)

    def condition(self):
        token = self.next()
        if token == "(":
            test = self.any_of()
            if self.next() != ")":
                raise BadPattern("a bracket is not closed")
            return test
        if not token.startswith("$"):
            raise BadPattern(f"{token!r} is not a selector")
        return self.comparison(token, self.next())

    def comparison(self, selector, operator):
        if operator == "NOT":
            if self.next() != "EXISTS":
                raise BadPattern("NOT without EXISTS")
            return lambda event: select(event, selector) is MISSING
        if operator == "IS":
            wanted = {"NULL": None, "TRUE": True, "FALSE": False}
            word = self.next()
            if word not in wanted:
                raise BadPattern(f"IS {word}")
            return lambda event: select(event, selector) is wanted[word]
        literal = self.next()
        if operator in ORDER:
            compare, number = ORDER[operator], float(literal)
            return lambda event: (
                isinstance(value := select(event, selector), (int, float))
                and not isinstance(value, bool)
                and compare(value, number)
            )
        if operator not in ("=", "!="):
            raise BadPattern(f"unknown operator {operator!r}")
        test = equals(literal)
        if operator == "=":
            return lambda event: (value := select(event, selector)) is not MISSING and test(value)
        return lambda event: (
            (value := select(event, selector)) is not MISSING
            and not isinstance(value, (dict, list))
            and not test(value)
        )

    def matches(self, message):
        try:
            event = json.loads(message)
        except ValueError:
            return False
        return self.test(event)


def text_pattern(pattern):
    """Compiles terms: all plain ones, none of the `-` ones, and one of the `?` ones; `%…%` is a regular expression."""
    tests = {"": [], "-": [], "?": []}
    for sign, term in re.findall(r"([-?]?)(%(?:[^%\\]|\\.)*%|\"(?:[^\"\\]|\\.)*\"|\S+)", pattern):
        if term.startswith("%"):
            tests[sign].append(regex(term).search)
        else:
            text = term[1:-1] if term.startswith('"') else term
            tests[sign].append(lambda message, text=text: text in message)
    return lambda message: (
        all(test(message) for test in tests[""])
        and not any(test(message) for test in tests["-"])
        and (not tests["?"] or any(test(message) for test in tests["?"]))
    )


_compiled = {}


def compile_pattern(pattern):
    """A function that tells whether a message matches. Raises BadPattern."""
    pattern = (pattern or "").strip()
    if pattern not in _compiled:
        if len(pattern) > 1024:
            raise BadPattern("longer than 1024 characters")
        if len(re.findall(r"%(?:[^%\\]|\\.)*%", pattern)) > MAX_REGEXES:
            raise BadPattern(f"more than {MAX_REGEXES} regular expressions")
        _compiled[pattern] = JsonPattern(pattern).matches if pattern.startswith("{") else text_pattern(pattern)
    return _compiled[pattern]


def install():
    cloudwatch_logs._subscription_pattern_matches = lambda pattern, message: compile_pattern(pattern)(message or "")
    cloudwatch_logs._compile_filter_pattern = compile_pattern
