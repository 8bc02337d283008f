"""EKS access policies: an authorizer that the API server asks after RBAC.

Upstream only keeps the associations. EKS evaluates them beside RBAC, and says so in the audit log. Two policies are
evaluated here, in cluster scope: AmazonEKSClusterAdminPolicy (everything) and AmazonEKSAdminViewPolicy (reading
everything). Any other allows nothing.
"""

import http.server
import json
import threading

from ministack.services import eks

PREFIX = "arn:aws:eks::aws:cluster-access-policy/"
READ = ("get", "list", "watch")


def allows(policy, spec):
    attributes = spec.get("resourceAttributes")
    if policy == f"{PREFIX}AmazonEKSClusterAdminPolicy":
        return True
    return policy == f"{PREFIX}AmazonEKSAdminViewPolicy" and bool(attributes) and attributes.get("verb") in READ


def without_path(arn):
    """A role's ARN as the authenticator writes it: without the role's path."""
    head, _, tail = arn.partition("/")
    return f"{head}/{tail.rsplit('/', 1)[-1]}"


def reason(cluster, spec):
    """Why the request is allowed, in the words of EKS, or None."""
    extra = {name.lower(): values for name, values in (spec.get("extra") or {}).items()}
    principal = (extra.get("canonicalarn") or [""])[0]
    user = (extra.get("principalid") or [""])[0].split(":")[0]
    for (_account, _region, key), association in eks._access_policies.all_items():
        name, arn, policy = key.split("\0")
        in_cluster = (association.get("accessScope") or {}).get("type") == "cluster"
        if name == cluster and without_path(arn) == principal and in_cluster and allows(policy, spec):
            return (
                f'EKS Access Policy: allowed by ClusterRoleBinding "{arn}+{policy}" of ClusterRole "{policy}" '
                f'to User "{user}"'
            )
    return None


def serve(port, cluster):
    class Authorizer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_POST(self):
            review = json.loads(self.rfile.read(int(self.headers["content-length"])))
            why = reason(cluster, review["spec"])
            review["status"] = {"allowed": why is not None, **({"reason": why} if why else {})}
            body = json.dumps(review).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Authorizer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
