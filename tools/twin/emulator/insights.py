"""CloudWatch Logs Insights: the part of its query language that we write.

Upstream ignores a filter that it does not know, and so answers with whatever is there. Here a query is run over the
events of its log groups, or refused with MalformedQueryException: nothing is guessed. Its form is

    fields FIELD, …, substr(@message, 0, N) as NAME | filter CONDITION | sort @timestamp desc | dedup FIELD | limit N

where the filter and `dedup` may be missing,

with `and`, `or`, `not`, brackets, `ispresent(FIELD)`, `FIELD like "TEXT"` and `FIELD = "TEXT"` or `= NUMBER`. Fields of JSON
lines are discovered as the user guide says: at most 200, elements of lists by their index; `@aws.account` and `@aws.region` tell where a line
was written. The service is not asked how
it compares, so a comparison is of equal text or number, in the same case, and false where there is no such field. An
event can be found as soon as it was put; on AWS that takes a while.
"""

import json
import re
import time

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import cloudwatch_logs

MAX_FIELDS = 200
MAX_ROWS = 10_000
TOKEN = re.compile(r'\s*(?:"(?P<text>[^"\\]*)"|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<word>[@\w.]+|[()=|,])|(?P<end>$))')
FIELD = re.compile(r"@?[A-Za-z]\w*(?:\.\w+)*")


class Malformed(ValueError):
    pass


_discovered = {}  # by event id: a line is read once, as it is asked about again and again


def discovered(event, stream):
    event_id = event["eventId"]
    if event_id not in _discovered:
        _discovered[event_id] = discover(event, stream)
    return _discovered[event_id]


def discover(event, stream):
    fields = {
        "@timestamp": cloudwatch_logs._format_insights_timestamp(event["timestamp"]),
        "@message": event["message"],
        "@logStream": stream,
        **event.get("systemFields", {}),
    }
    try:
        line = json.loads(event["message"])
    except ValueError:
        return fields

    def add(value, path):
        if len(fields) >= MAX_FIELDS + 5:
            return
        if isinstance(value, (dict, list)):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in items:
                add(inner, f"{path}.{key}" if path else str(key))
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            fields[path] = value

    if isinstance(line, dict):
        add(line, "")
    return fields


class Test:
    """A condition: what it says of the fields of an event, and whether it can hold at all by the event's text, which is much cheaper."""

    def __init__(self, holds, may=lambda _message: True):
        self.holds, self.may = holds, may


PLAIN = re.compile(r"[\w./:@-]+", re.ASCII)  # JSON writes it as it is


def contained(text):
    """Whether a text is anywhere in a message; where JSON may write it in another way, nobody knows."""
    return (lambda message: text in message) if PLAIN.fullmatch(text) else (lambda _message: True)


class Query:
    """A query, read. Raises Malformed."""

    def __init__(self, text):
        self.tokens = self.tokenize(text)
        self.test = None
        self.columns, self.limit = [], MAX_ROWS
        self.words("fields")
        self.columns.append(self.column())
        while self.peek() == ",":
            self.words(",")
            self.columns.append(self.column())
        self.words("|")
        if self.peek() == "filter":
            self.words("filter")
            self.test = self.any()
            self.words("|")
        self.words("sort", "@timestamp", "desc", "|")
        self.distinct = None
        if self.peek() == "dedup":
            self.words("dedup")
            self.distinct = self.field()
            self.words("|")
        self.words("limit")
        self.limit = int(self.take("number"))
        if self.tokens:
            raise Malformed(f"unexpected {self.tokens[0][1]!r}")

    @staticmethod
    def tokenize(text):
        tokens, at = [], 0
        while match := TOKEN.match(text, at):
            if match.lastgroup == "end":
                return tokens
            tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        raise Malformed(f"unexpected character at position {at}")

    def peek(self):
        return self.tokens[0][1] if self.tokens and self.tokens[0][0] == "word" else None

    def take(self, *kinds):
        if not self.tokens or self.tokens[0][0] not in kinds:
            raise Malformed(f"expected a {' or '.join(kinds)}")
        return self.tokens.pop(0)[1]

    def words(self, *words):
        for word in words:
            if self.take("word") != word:
                raise Malformed(f"expected {word}")

    def field(self):
        name = self.take("word")
        if not FIELD.fullmatch(name):
            raise Malformed(f"{name} is not a field")
        return name

    def column(self):
        """Name, and what an event has there."""
        name = self.field()
        if name != "substr":
            return name, lambda fields: fields.get(name)
        self.words("(")
        source = self.field()
        self.words(",")
        start = int(self.take("number"))
        self.words(",")
        length = int(self.take("number"))
        self.words(")", "as")
        return self.field(), lambda fields: str(fields.get(source, ""))[start : start + length]

    def any(self):
        tests = [self.all()]
        while self.peek() == "or":
            self.words("or")
            tests.append(self.all())
        return Test(
            lambda fields: any(test.holds(fields) for test in tests),
            lambda message: any(test.may(message) for test in tests),
        )

    def all(self):
        tests = [self.one()]
        while self.peek() == "and":
            self.words("and")
            tests.append(self.one())
        return Test(
            lambda fields: all(test.holds(fields) for test in tests),
            lambda message: all(test.may(message) for test in tests),
        )

    def one(self):
        if self.peek() == "not":
            self.words("not")
            test = self.one()
            return Test(lambda fields: not test.holds(fields))
        if self.peek() == "(":
            self.words("(")
            test = self.any()
            self.words(")")
            return test
        name = self.field()
        if name == "ispresent":
            self.words("(")
            present = self.field()
            self.words(")")
            return Test(lambda fields: present in fields)
        operator = self.take("word")
        # What CloudWatch Logs adds to a message is not in it.
        may = contained if name == "@message" or name[0] != "@" else lambda _text: lambda _message: True
        if operator == "like":
            text = self.take("text")
            return Test(lambda fields: text in str(fields.get(name, "")) and name in fields, may(text))
        if operator != "=":
            raise Malformed(f"unknown operator {operator}")
        kind = self.tokens[0][0] if self.tokens else None
        value = self.take("text", "number")
        if kind == "number":
            return Test(lambda fields: fields.get(name) == float(value))
        return Test(lambda fields: fields.get(name) == value, may(value))


def run(query, groups, start, end, limit):
    """The rows, and how many events and characters were read for them. Start and end are in seconds, as in the API."""
    found, scanned = [], {"recordsScanned": 0, "bytesScanned": 0}
    for group in groups:
        for stream, kept in list(cloudwatch_logs._log_groups[group]["streams"].items()):
            for event in list(kept["events"]):
                if not start * 1000 <= event["timestamp"] <= end * 1000:
                    continue
                scanned["recordsScanned"] += 1
                scanned["bytesScanned"] += len(event["message"])
                if query.test is None or (query.test.may(event["message"]) and query.test.holds(discovered(event, stream))):
                    found.append((event, stream))
    found.sort(key=lambda each: each[0]["timestamp"], reverse=True)
    if query.distinct:  # the first of each, and none that has no such field
        first = {}
        for each in found:
            first.setdefault(discovered(*each).get(query.distinct), each)
        found = [each for value, each in first.items() if value is not None]
    rows = []
    for event, stream in found[: min(limit, query.limit)]:
        fields = discovered(event, stream)
        values = [{"field": name, "value": str(value)} for name, of in query.columns if (value := of(fields)) is not None]
        rows.append([*values, {"field": "@ptr", "value": event["eventId"]}])
    return rows, {"recordsMatched": float(len(found)), **{name: float(count) for name, count in scanned.items()}}


def start_query(data):
    groups = cloudwatch_logs._resolve_query_log_groups(data)
    for group in groups:
        if group not in cloudwatch_logs._log_groups:
            message = f"Log group '{group}' does not exist for account ID"
            return error_response_json("ResourceNotFoundException", message, 400)
    try:
        query = Query(data.get("queryString", ""))
    except Malformed as error:
        return error_response_json("MalformedQueryException", f"{error}: the twin knows only the queries that we write", 400)
    limit = int(data.get("limit") or MAX_ROWS)
    rows, statistics = run(query, groups, data["startTime"], data.get("endTime", time.time()), limit)
    query_id = new_uuid()
    done = {"queryId": query_id, "status": "Complete", "results": rows, "statistics": statistics}
    cloudwatch_logs._queries[query_id] = {**data, **done}
    return json_response({"queryId": query_id})


def install():
    cloudwatch_logs._start_query = start_query
