"""CloudTrail's event history, for the calls of EKS that decide who may enter a cluster.

Upstream records a call of EKS as `POST.eks`, by nobody. Here each one is an event in the form that the CloudTrail user
guide shows: who made it, from where, with which parameters (those of the request's path percent-encoded), and the error
code that it was answered. Events can be looked up at once; on AWS that takes minutes. What IAM refused, and what
CloudFormation called, is not recorded. An access entry that is said to be old (see access_entries) was made by a call of
that time.
"""

import json
import re
import time
import urllib.parse

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, get_request_client_ip, new_uuid
from ministack.core.router import extract_access_key_id
from ministack.services import cloudtrail, eks

from access_entries import MADE

CLUSTER = r"/clusters/(?P<name>[^/]+)"
ENTRY = CLUSTER + r"/access-entries/(?P<principalArn>.+?)"
CALLS = (  # the first that matches
    ("POST", CLUSTER + r"/access-entries", "CreateAccessEntry"),
    ("POST", ENTRY + r"/access-policies", "AssociateAccessPolicy"),
    ("DELETE", ENTRY + r"/access-policies/(?P<policyArn>.+)", "DisassociateAccessPolicy"),
    ("POST", ENTRY, "UpdateAccessEntry"),
    ("DELETE", ENTRY, "DeleteAccessEntry"),
    ("POST", CLUSTER + r"/pod-identity-associations", "CreatePodIdentityAssociation"),
    ("POST", CLUSTER + r"/identity-provider-configs/associate", "AssociateIdentityProviderConfig"),
)


def parsed(text):
    try:
        value = json.loads(text or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def caller(headers, query):
    """`userIdentity`."""
    account, key = get_account_id(), extract_access_key_id(headers, query)
    arn = iam_evaluator.request_caller_arn(headers, query)
    identity = {"arn": arn, "accountId": account, "accessKeyId": key}
    if ":assumed-role/" in arn:
        role = arn.split("/")[1]
        issuer = {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
        return {"type": "AssumedRole", **identity, "sessionContext": {"sessionIssuer": issuer}}
    if ":user/" in arn:
        return {"type": "IAMUser", **identity, "userName": arn.rsplit("/", 1)[-1]}
    return {"type": "Root", **identity}


def record(name, parameters, headers, query, answer):
    made = (parameters.get("tags") or {}).get(MADE)
    at = float(made or time.time())
    identity, event_id = caller(headers, query), new_uuid()
    event = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
        "eventSource": "eks.amazonaws.com",
        "eventName": name,
        "awsRegion": get_region(),
        "sourceIPAddress": get_request_client_ip(),
        "userAgent": headers.get("user-agent", ""),
        "requestParameters": parameters,
        "responseElements": None if answer[0] >= 300 else parsed(answer[2]),
        **({"errorCode": parsed(answer[2]).get("__type", "")} if answer[0] >= 300 else {}),
        "eventID": event_id,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "recipientAccountId": get_account_id(),
    }
    cloudtrail._get_event_queue().append(
        {
            "EventId": event_id,
            "EventName": name,
            "EventSource": "eks.amazonaws.com",
            "EventTime": int(at),
            "Username": identity.get("userName", ""),
            "AccessKeyId": identity["accessKeyId"],
            "ReadOnly": "false",
            "Resources": [{"ResourceType": "AWS::EKS::Cluster", "ResourceName": parameters["name"]}],
            "CloudTrailEvent": json.dumps(event),
        }
    )


def install():
    handle = eks._handle_request_sync

    def handle_and_record(method, path, headers, body, query):
        answer = handle(method, path, headers, body, query)
        for verb, route, name in CALLS:
            match = re.fullmatch(route, path) if verb == method else None
            if match:
                in_path = {key: urllib.parse.quote(urllib.parse.unquote(value), safe="") for key, value in match.groupdict().items()}
                record(name, {**parsed(body), **in_path}, headers, query, answer)
                break
        return answer

    eks._handle_request_sync = handle_and_record
