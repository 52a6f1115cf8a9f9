"""Signs requests with the vendor's SDK: a line of JSON in for each request, a line of JSON out with what was added to it."""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest


def added(case):
    request = SdkRequest(
        method=case["method"],
        schema="https",
        host=case["host"],
        resource_path=case["path"],
        query_params=[tuple(pair) for pair in case["query"]],
        header_params=dict(case["headers"]),
        body=bytes.fromhex(case["body"]),
    )
    if case["project_id"] is not None:
        credentials = BasicCredentials(case["access_key"], case["secret_key"], case["project_id"])
    else:
        credentials = GlobalCredentials(case["access_key"], case["secret_key"], case["domain_id"])
    if case["security_token"] is not None:
        credentials.with_security_token(case["security_token"])
    signed = credentials.sign_request(request)
    given = {name.lower() for name, _ in case["headers"]}
    # Our transport sets the field Host, theirs does not.
    new = {name.lower(): value for name, value in signed.header_params.items() if name.lower() not in given | {"host"}}
    replaced = [value for name, value in signed.header_params.items() if name.lower() == "x-sdk-content-sha256"]
    return {"headers": new, "hash": replaced[0] if replaced else None}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as cases, open(sys.argv[2], "w", encoding="utf-8") as answers:
        for line in cases:
            answers.write(json.dumps(added(json.loads(line))) + "\n")
