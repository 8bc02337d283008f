"""The identity a function runs with.

Upstream gives every function the account's root credentials unless IAM is enforced, and then a session whose user id is
the role's name. As on AWS, each function here has a session of its own role (`ASIA…` key, `AROA…:<function name>` user
id), so that it has its own identity in Kubernetes, and IAM judges it by its own role.
"""

import base64
import hashlib
import os

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import iam, lambda_svc, sts


def principal_id(arn):
    """The id (`AROA…`, `AIDA…`) of a role or user; None when there is none of that ARN."""
    account, kind = arn.split(":")[4], arn.split(":")[5].split("/")[0]
    store, field = {"role": (iam._roles, "RoleId"), "user": (iam._users, "UserId")}.get(kind, (None, None))
    found = store.get_scoped(account, None, arn.rsplit("/", 1)[-1]) if store is not None else None
    return found.get(field) if found else None


def execution_credentials(config):
    role, name = config["Role"], config["FunctionName"][:64]
    account, role_name = role.split(":")[4], role.rsplit("/", 1)[-1]
    digest = hashlib.sha256(f"{os.getpid()}:{config['FunctionArn']}:{role}".encode()).digest()
    credentials = {
        "AWS_ACCESS_KEY_ID": "ASIA" + base64.b32encode(digest).decode()[:16],
        "AWS_SECRET_ACCESS_KEY": digest.hex()[:40],
        "AWS_SESSION_TOKEN": base64.b64encode(digest * 6).decode(),
    }
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{name}",
        "UserId": f"{principal_id(role)}:{name}",
        "SecretAccessKey": credentials["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": credentials["AWS_SESSION_TOKEN"],
        "AccountId": account,
        "PrincipalType": "AssumedRole",
    }
    sts.register_session(credentials["AWS_ACCESS_KEY_ID"], session)
    return credentials


def may(config, action, resource):
    """Whether the role of a function, or of what looks like one, allows it; everything does unless IAM is enforced."""
    if os.environ.get("AUTH") != "true":
        return True
    _, _, _service, region, account, *_ = resource.split(":")
    key = execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    principal = iam_evaluator.resolve_principal(key, account)
    request = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=region,
    )
    return iam_evaluator.evaluate(request, principal.policies, *principal.limits).decision == "Allow"


def install():
    lambda_runtime.execution_credentials = execution_credentials
    lambda_svc.execution_credentials = execution_credentials
