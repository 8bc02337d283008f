"""The STS that the authenticator asks.

It verifies a token by calling `https://sts.<region>.amazonaws.com` with it. This is the proxy through which it does so:
it ends TLS for STS hosts only, checks the real signature (with the cluster's name, that the token signs as a header),
and answers as STS. Whatever else is asked for is refused, so nothing leaves the machine.
"""

import base64
import http.server
import json
import os
import re
import ssl
import threading

from ministack.services import eks

HOST = re.compile(r"sts\.([a-z0-9-]+\.)?amazonaws\.com:443")
REFUSED = {
    "Error": {
        "Type": "Sender",
        "Code": "SignatureDoesNotMatch",
        "Message": "The request signature we calculated does not match the signature you provided.",
    }
}


def identity(caller):
    return {
        "GetCallerIdentityResponse": {
            "GetCallerIdentityResult": {
                "Account": caller.account_id,
                "Arn": caller.principal_arn,
                "UserId": caller.principal_id,
            },
            "ResponseMetadata": {"RequestId": os.urandom(8).hex()},
        }
    }


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tls = None

    def log_message(self, *_):
        pass

    def do_CONNECT(self):
        if not HOST.fullmatch(self.path):
            return self.send_error(403, "only STS")
        self.send_response(200)
        self.end_headers()
        self.connection = self.request = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self):
        if not isinstance(self.connection, ssl.SSLSocket):
            return self.send_error(400)
        url = f"https://{self.headers['host']}{self.path}"
        token = "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
        caller = eks._verify_eks_token(token, self.headers.get("x-k8s-aws-id", ""))
        body = json.dumps(identity(caller) if caller else REFUSED).encode()
        self.send_response(200 if caller else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(port, certificate, key):
    Front.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    Front.tls.load_cert_chain(certificate, key)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Front)
    threading.Thread(target=server.serve_forever, daemon=True).start()
