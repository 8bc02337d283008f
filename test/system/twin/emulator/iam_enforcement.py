"""What IAM sees of a request.

The gateway is plain http on loopback, and upstream lets policies see that: every bucket, queue or topic that insists on
TLS (`aws:SecureTransport`) would refuse us. Requests count as made over TLS.
"""

from ministack.core import iam_evaluator


def install():
    pin = iam_evaluator.pin_request_origin
    iam_evaluator.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)
