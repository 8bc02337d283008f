"""What IAM sees of a request.

The gateway is plain http on loopback, and upstream lets policies see that: every bucket, queue or topic that insists on
TLS (`aws:SecureTransport`) would refuse us. Requests count as made over TLS.

Upstream authorises CloudWatch Logs on a log group's bare ARN, and DescribeLogGroups on none. CloudWatch Logs takes the
group's ARN with a stream, as its refusals show: `…:log-group:NAME:log-stream:`, and for DescribeLogGroups
`…:log-group::log-stream:`. So a policy needs `:*` behind the name.

It knows neither `dynamodb:LeadingKeys` nor `s3:if-none-match`, so what policies say by these would hold for any request.
The first has the partition keys of the items that a request names; of a query there is none here, as its expression would
have to be understood. The second is the header of a conditional write.

Nor does it know `events:source`, the source of the events that are put on a bus.

It takes every request about the concurrency of a function for one that sets it.

It authorises the attributes of a subscription on no resource. The Service Authorization Reference has the topic.

It authorises the result of a task on no resource, and what is done with a Pod Identity association or a capability on the
cluster. Step Functions takes the machine that waits for the result, EKS the association or capability.
"""

import json
import re

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

import capabilities
import state_machines

ASSOCIATION = re.compile(r"/clusters/([^/]+)/pod-identity-associations/([^/]+)")
LAMBDA_ACTION = iam_actions._lambda_action
UPSTREAM = iam_actions.extract_resource_arn
DYNAMODB_CONTEXT = iam_actions.dynamodb_service_context
OBJECT_CONTEXT = iam_actions._s3_object_context
TAG_CONTEXT = iam_actions.request_tag_context


def resource_arn(service, method, path, headers, body, query, region, account):
    arn = UPSTREAM(service, method, path, headers, body, query, region, account)
    if service == "states" and ".SendTask" in headers.get("x-amz-target", ""):
        return state_machines.machine_of(json.loads(body).get("taskToken")) or arn
    if service == "sns" and iam_actions._query_param(query, "Action") == "GetSubscriptionAttributes":
        return iam_actions._query_param(query, "SubscriptionArn").rpartition(":")[0] or arn
    association = ASSOCIATION.fullmatch(path) if service == "eks" else None
    if association:
        return f"arn:aws:eks:{region}:{account}:podidentityassociation/{association[1]}/{association[2]}"
    capability = capabilities.PATH.fullmatch(path) if service == "eks" else None
    if capability and capability[2]:
        return capabilities.arn_of(capability[1], capability[2])
    if service != "logs":
        return arn
    group = f"arn:aws:logs:{region}:{account}:log-group:"
    if headers.get("x-amz-target", "").endswith(".DescribeLogGroups"):
        return f"{group}:log-stream:"
    if not arn.startswith(group):
        return arn
    return f"{arn}:log-stream:{json.loads(body).get('logStreamName') or ''}"


def leading_keys(request):
    """The partition keys of the items that a request to DynamoDB names."""
    named = [(request.get("TableName"), request.get("Key") or request.get("Item"))]
    for table, asked in (request.get("RequestItems") or {}).items():
        items = asked.get("Keys", []) if isinstance(asked, dict) else asked
        for item in items:
            put, delete = item.get("PutRequest"), item.get("DeleteRequest")
            named.append((table, put["Item"] if put else delete["Key"] if delete else item))
    for member in request.get("TransactItems") or []:
        for write in member.values():
            named.append((write.get("TableName"), write.get("Key") or write.get("Item")))
    keys = []
    for table, item in named:
        schema = (dynamodb._tables.get(str(table).split("/")[-1]) or {}).get("KeySchema", [])
        hash_key = next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)
        if item and hash_key in item:
            keys.extend(str(value) for value in item[hash_key].values())
    return keys


def dynamodb_context(body):
    context = DYNAMODB_CONTEXT(body)
    try:
        keys = leading_keys(json.loads(body or b"{}"))
    except (AttributeError, KeyError, TypeError, ValueError):
        keys = []
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    return context


def object_context(iam_action, query_params, path, headers):
    context = OBJECT_CONTEXT(iam_action, query_params, path, headers)
    if iam_action == "s3:PutObject" and headers.get("if-none-match"):
        context["s3:if-none-match"] = headers["if-none-match"]
    return context


def request_context(service, iam_action, body, *rest):
    context = TAG_CONTEXT(service, iam_action, body, *rest)
    if iam_action == "events:PutEvents":
        sources = {str(entry.get("Source")) for entry in json.loads(body).get("Entries", [])}
        context["events:source"] = sources.pop() if len(sources) == 1 else sorted(sources)
    return context


def lambda_action(method, path):
    if method != "PUT" and path.endswith("/concurrency"):
        return f"{'Get' if method == 'GET' else 'Delete'}FunctionConcurrency"
    return LAMBDA_ACTION(method, path)


def install():
    iam_actions._lambda_action = lambda_action
    iam_actions.dynamodb_service_context = dynamodb_context
    iam_actions._s3_object_context = object_context
    iam_actions.request_tag_context = request_context
    pin = iam_evaluator.pin_request_origin
    iam_evaluator.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)
    iam_actions.extract_resource_arn = resource_arn
