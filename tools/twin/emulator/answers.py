"""Answers that upstream lacks, and answers that a test gives.

Upstream does not know these calls of preflight. What is answered here is SIMULATED: it says what an account in order says, by the
documentation, and carries the header `x-twin-simulated`. TestMetricFilter is judged by our reading of the syntax (log_filters).

All of it from the first PUT on: until then these services are as absent as they were.

PUT /_twin/answers takes a JSON object of what a test plants, by action (`eks:DescribeCluster`), in place of all that was planted:

- `answer`, with `status`: the whole answer
- `merge`: put over the real answer, where that is JSON; `null` takes a field away
- `replace`: pairs of a regular expression and a text, in the real answer of any form
"""

import json
import re

from ministack.core.responses import json_response

from log_filters import compile_pattern

SIMULATED_HEADER = {"x-twin-simulated": "true"}
# REST services have no name of the operation in their requests.
PATHS = [
    ("eks", "GET", r"/clusters", "ListClusters"),
    ("eks", "GET", r"/clusters/[^/]+", "DescribeCluster"),
    ("eks", "GET", r"/clusters/[^/]+/access-entries/[^/]+", "DescribeAccessEntry"),
    ("eks", "GET", r"/clusters/[^/]+/access-entries/.+/access-policies", "ListAssociatedAccessPolicies"),
    ("eks", "GET", r"/cluster-versions", "DescribeClusterVersions"),
    ("lambda", "GET", r"/2016-08-19/account-settings/?", "GetAccountSettings"),
    ("guardduty", "GET", r"/detector", "ListDetectors"),
    ("guardduty", "GET", r"/detector/[^/]+", "GetDetector"),
]
SCOPE = re.compile(r"/([a-z0-9-]+)/aws4_request")
OPERATION = re.compile(r"(?:^|&)Action=(\w+)")


def test_metric_filter(request):
    matches = compile_pattern(request["filterPattern"])
    found = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
        for number, message in enumerate(request["logEventMessages"], 1)
        if matches(message)
    ]
    return {"matches": found}


SIMULATED = {
    "logs:TestMetricFilter": test_metric_filter,
    "logs:GetTransformer": lambda _request: {},
    "eks:DescribeClusterVersions": lambda _request: {
        "clusterVersions": [{"clusterVersion": "1.36", "versionStatus": "STANDARD_SUPPORT"}]
    },
    "cloudtrail:DescribeTrails": lambda _request: {
        "trailList": [{"Name": "twin", "TrailARN": "arn:aws:cloudtrail:::trail/twin", "IsMultiRegionTrail": True}]
    },
    "cloudtrail:GetTrailStatus": lambda _request: {"IsLogging": True},
    "cloudtrail:GetEventSelectors": lambda _request: {
        "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    },
    "guardduty:ListDetectors": lambda _request: {"detectorIds": ["d1"]},
    "guardduty:GetDetector": lambda _request: {
        "status": "ENABLED",
        "features": [{"name": "EKS_AUDIT_LOGS", "status": "ENABLED"}],
    },
    "ecr:GetRegistryScanningConfiguration": lambda _request: {
        "scanningConfiguration": {"scanType": "ENHANCED", "rules": [{"scanFrequency": "CONTINUOUS_SCAN"}]}
    },
}
_planted = {}
_used = False  # whether a test has asked for any of this


def action_of(method, path, headers, body):
    """What is asked, as IAM names it; None for what has no name here."""
    scope = SCOPE.search(headers.get("authorization", ""))
    if not scope:
        return None
    service = {"monitoring": "cloudwatch"}.get(scope[1], scope[1])
    target = headers.get("x-amz-target", "").split(".")[-1]
    if target:
        return f"{service}:{target}"
    for owner, verb, pattern, operation in PATHS:
        if (service, method) == (owner, verb) and re.fullmatch(pattern, path):
            return f"{service}:{operation}"
    named = OPERATION.search(body.decode("utf-8", "replace")) if method == "POST" else None
    return f"{service}:{named[1]}" if named else None


def merged(value, change):
    if not isinstance(change, dict):
        return change
    result = dict(value) if isinstance(value, dict) else {}
    for key, part in change.items():
        if part is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), part)
    return result


def changed(response, plan):
    status, headers, body = response
    text = body.decode() if isinstance(body, bytes) else body
    if "merge" in plan:
        text = json.dumps(merged(json.loads(text), plan["merge"]))
    for pattern, replacement in plan.get("replace", []):
        text = re.sub(pattern, replacement, text, flags=re.DOTALL)
    headers = {key: value for key, value in headers.items() if key.lower() != "content-length"}
    return status, headers, text.encode()


def install(app):
    """To be called last: the gateway keeps references to what the other patches put in."""
    dispatch = app._dispatch_service_request

    async def answer(method, path, headers, body, query_params, request_id):
        global _used
        if path == "/_twin/answers":
            _used = True
            _planted.clear()
            _planted.update(json.loads(body))
            return json_response({})
        if not _used:
            return await dispatch(method, path, headers, body, query_params, request_id)
        action = action_of(method, path, headers, body)
        plan = _planted.get(action)
        if plan and "answer" in plan:
            return json_response(plan["answer"], plan.get("status", 200))
        if action in SIMULATED:
            status, own, text = json_response(SIMULATED[action](json.loads(body or b"{}")))
            response = status, {**own, **SIMULATED_HEADER}, text
        else:
            response = await dispatch(method, path, headers, body, query_params, request_id)
        return changed(response, plan) if plan else response

    app._dispatch_service_request = answer
