"""EKS access entries: who may speak to the cluster.

They feed the authenticator's dynamic file, at every change and in place (it watches for writes). The id of a principal
is frozen when its entry is made, as on EKS: a role that is deleted and made again is another principal, and not let in.
Upstream makes entries for principals that do not exist; EKS refuses those. It leaves the username empty; EKS fills in
its default. Upstream's CloudFormation does not know AWS::EKS::AccessEntry.

An entry with the tag `twin:createdAt` (seconds since 1970) is as old as that says, and loses the tag: a cluster that
came up a moment ago has people in it that were let in long ago.
"""

import json
import threading
import time

from ministack.core.responses import get_account_id, get_region
from ministack.services import eks
from ministack.services.cloudformation import provisioners

from role_sessions import principal_id

MADE = "twin:createdAt"
_frozen = {}  # (account, region, entry key) -> principal id
_lock = threading.Lock()


def mapping(cluster):
    roles, users = [], []
    for scope, entry in eks._access_entries.all_items():
        _account, _region, key = scope
        if not key.startswith(f"{cluster}\0") or entry.get("type", "STANDARD") != "STANDARD" or scope not in _frozen:
            continue
        groups = entry.get("kubernetesGroups") or []
        common = {"username": entry["username"], "groups": groups, "userid": _frozen[scope]}
        if ":user/" in entry["principalArn"]:
            users.append({"userarn": entry["principalArn"], **common})
        else:
            roles.append({"rolearn": entry["principalArn"], **common})
    return {"mapRoles": roles, "mapUsers": users, "mapAccounts": []}


def write(cluster, path):
    with _lock, open(path, "w", encoding="utf-8") as file:
        json.dump({"LastUpdatedDateTime": str(int(time.time())), "Version": "1", **mapping(cluster)}, file)


def from_template(_logical_id, properties, _stack):
    cluster, principal = properties["ClusterName"], properties["PrincipalArn"]
    body = {
        "principalArn": principal,
        "type": properties.get("Type", "STANDARD"),
        "kubernetesGroups": properties.get("KubernetesGroups", []),
        "tags": {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
    }
    if properties.get("Username"):
        body["username"] = properties["Username"]
    succeeded(eks._create_access_entry(cluster, body))
    for policy in properties.get("AccessPolicies", []):
        scope = policy["AccessScope"]
        access_scope = {"type": scope["Type"], "namespaces": scope.get("Namespaces", [])}
        association = {"policyArn": policy["PolicyArn"], "accessScope": access_scope}
        succeeded(eks._associate_access_policy(cluster, principal, association))
    entry = eks._access_entries[eks._ae_key(cluster, principal)]
    return f"{principal}|{cluster}", {"AccessEntryArn": entry["accessEntryArn"]}


def default_username(arn):
    """EKS's: the user's ARN, or the session of the role, without the role's path."""
    if ":user/" in arn:
        return arn
    return f"arn:aws:sts::{arn.split(':')[4]}:assumed-role/{arn.rsplit('/', 1)[-1]}/{{{{SessionName}}}}"


def succeeded(response):
    if response[0] >= 300:
        raise ValueError(response[2].decode())


def install(cluster, path):
    create, update, delete = eks._create_access_entry, eks._update_access_entry, eks._delete_access_entry

    def changed(response):
        if response[0] < 300:
            write(cluster, path)
        return response

    def create_known(name, body):
        principal = principal_id(body.get("principalArn", ""))
        if principal is None:
            message = "The specified principalArn is invalid: invalid principal."
            return eks._error(400, "InvalidParameterException", message)
        arn, tags = body["principalArn"], dict(body.get("tags") or {})
        made = tags.pop(MADE, None)
        body = {**body, "tags": tags, "username": body.get("username") or default_username(arn)}
        response = create(name, body)
        if response[0] < 300:
            key = eks._ae_key(name, arn)
            _frozen[(get_account_id(), get_region(), key)] = principal
            if made:
                eks._access_entries[key].update(createdAt=float(made), modifiedAt=float(made))
        return changed(response)

    eks._create_access_entry = create_known
    eks._update_access_entry = lambda *args: changed(update(*args))
    eks._delete_access_entry = lambda *args: changed(delete(*args))
    provisioners._RESOURCE_HANDLERS["AWS::EKS::AccessEntry"] = {
        "create": from_template,
        "delete": lambda _id, properties: eks._delete_access_entry(properties["ClusterName"], properties["PrincipalArn"]),
    }
    write(cluster, path)
