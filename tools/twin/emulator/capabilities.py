"""EKS Capabilities: what EKS runs for a cluster from outside (managed Argo CD, ACK, kro).

Upstream has none. Here a capability can be made, listed, described and deleted; nothing is run for it. As on EKS, its role gets
an access entry in the cluster, which goes with it.
"""

import json
import re
import time
import urllib.parse

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, new_uuid
from ministack.services import eks

PATH = re.compile(r"/clusters/([A-Za-z0-9_-]+)/capabilities(?:/([^/]+))?")
TYPES = ("ACK", "ARGOCD", "KRO")
_capabilities = AccountRegionScopedDict()  # "cluster\0name" -> capability


def arn_of(cluster, name):
    """On what DescribeCapability is authorised; of one that is not there, any."""
    known = _capabilities.get(f"{cluster}\0{name}")
    if known:
        return known["arn"]
    return f"arn:aws:eks:{get_region()}:{get_account_id()}:capability/{cluster}/*/{name}/*"


def create(cluster, body):
    name, kind, role = body.get("capabilityName"), body.get("type"), body.get("roleArn")
    if not name or kind not in TYPES or not role:
        return eks._error(400, "InvalidParameterException", "capabilityName, type and roleArn are required.")
    key = f"{cluster}\0{name}"
    if key in _capabilities:
        return eks._error(409, "ResourceInUseException", f"Capability already exists: {name}")
    entry = eks._create_access_entry(cluster, {"principalArn": role})
    if entry[0] >= 300 and entry[0] != 409:
        return entry
    place = f"{get_region()}:{get_account_id()}"
    _capabilities[key] = {
        "capabilityName": name,
        "clusterName": cluster,
        "arn": f"arn:aws:eks:{place}:capability/{cluster}/{kind.lower()}/{name}/{new_uuid()}",
        "type": kind,
        "roleArn": role,
        "status": "ACTIVE",
        "version": "1.0",
        "createdAt": time.time(),
    }
    return eks._json_resp(200, {"capability": _capabilities[key]})


def listed(cluster):
    summary = ("capabilityName", "arn", "type", "status", "version", "createdAt")
    prefix = f"{cluster}\0"
    found = [value for key, value in _capabilities.items() if key.startswith(prefix)]
    return eks._json_resp(200, {"capabilities": [{field: each[field] for field in summary} for each in found]})


def one(cluster, name, method):
    key = f"{cluster}\0{name}"
    capability = _capabilities.get(key)
    if not capability:
        return eks._error(404, "ResourceNotFoundException", f"No capability found for name: {name}.")
    if method == "DELETE":
        eks._delete_access_entry(cluster, capability["roleArn"])
        del _capabilities[key]
        capability = {**capability, "status": "DELETING"}
    return eks._json_resp(200, {"capability": capability})


def install():
    upstream = eks._handle_request_sync

    def handle(method, path, headers, body, query):
        match = PATH.fullmatch(path)
        if not match:
            return upstream(method, path, headers, body, query)
        cluster, name = match[1], match[2] and urllib.parse.unquote(match[2])
        if eks._describe_cluster(cluster)[0] >= 300:
            return eks._error(404, "ResourceNotFoundException", f"No cluster found for name: {cluster}.")
        if name:
            return one(cluster, name, method)
        return create(cluster, json.loads(body or b"{}")) if method == "POST" else listed(cluster)

    eks._handle_request_sync = handle
