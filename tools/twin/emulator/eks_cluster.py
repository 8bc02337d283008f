"""The EKS cluster.

Upstream starts k3s in Docker for it. Here DescribeCluster answers with the endpoint and the authority of the twin's API
server, so that our code finds the cluster as it does on AWS.

Upstream does not know UpdateClusterConfig. Here it changes which logs the cluster writes, at once; on AWS that takes minutes.
The log itself is the twin's wire, which has to be stopped beside it.
"""

import base64
import json
import re

from ministack.core.responses import new_uuid
from ministack.services import eks

UPDATE = re.compile(r"/clusters/([A-Za-z0-9_-]+)/update-config")


def change_logging(cluster, logging):
    """What is not named stays as it is (EKS API reference, UpdateClusterConfig)."""
    written = {kind: setup["enabled"] for setup in cluster["logging"]["clusterLogging"] for kind in setup["types"]}
    written |= {kind: setup["enabled"] for setup in logging["clusterLogging"] for kind in setup["types"]}
    cluster["logging"] = {
        "clusterLogging": [
            {"types": [kind for kind, on in written.items() if on is enabled], "enabled": enabled}
            for enabled in (True, False)
        ]
    }


def install(endpoint, ca_file):
    with open(ca_file, "rb") as file:
        authority = base64.b64encode(file.read()).decode()
    sanitize, upstream = eks._sanitize, eks._handle_request_sync
    eks._get_docker = lambda: None
    eks._cluster_endpoint = lambda _port: endpoint
    eks._sanitize = lambda cluster: {
        **sanitize(cluster),
        "endpoint": endpoint,
        "certificateAuthority": {"data": authority},
    }

    def handle(method, path, headers, body, query):
        match = UPDATE.fullmatch(path) if method == "POST" else None
        cluster = match and eks._clusters.get(match[1])
        if not cluster:
            return upstream(method, path, headers, body, query)
        change_logging(cluster, json.loads(body)["logging"])
        return eks._json_resp(200, {"update": {"id": new_uuid(), "status": "Successful", "type": "LoggingUpdate"}})

    eks._handle_request_sync = handle
