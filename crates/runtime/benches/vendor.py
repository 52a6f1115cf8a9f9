"""Makes the call of the bench `calls` with the vendor's SDK, signed, one after the other, and prints how many a second. Takes a URL."""

import sys
import time

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.client import Client, ClientBuilder

WARM, COUNTED = 100, 1500


class Job:
    """As the SDK's generator writes a model, but for the descriptions."""

    sensitive_list = []
    openapi_types = {"id": "str", "name": "str", "size": "int", "running": "bool"}
    attribute_map = {"id": "id", "name": "name", "size": "size", "running": "running"}

    def __init__(self, id=None, name=None, size=None, running=None):
        self.id, self.name, self.size, self.running = id, name, size, running


class Jobs:
    sensitive_list = []
    openapi_types = {"total": "int", "jobs": "list[Job]"}
    attribute_map = {"total": "total", "jobs": "jobs"}

    def __init__(self, total=None, jobs=None):
        self.total, self.jobs = total, jobs


def main(url):
    client = ClientBuilder(Client).with_credentials(BasicCredentials("access", "secret", "project-1")).with_endpoint(url).build()
    client.model_package = sys.modules[__name__]

    def call():
        jobs = client.do_http_request(
            method="POST",
            resource_path="/v1/{project_id}/jobs",
            path_params={},
            query_params=[],
            header_params={"Content-Type": "application/json"},
            body={"description": "x" * 1000},
            response_type="Jobs",
            response_headers=[],
            collection_formats={},
        )
        assert jobs.total + len(jobs.jobs) == 20 and jobs.jobs[0].size == 1024, jobs

    for _ in range(WARM):
        call()
    start = time.perf_counter()
    for _ in range(COUNTED):
        call()
    print(COUNTED / (time.perf_counter() - start))


if __name__ == "__main__":
    main(sys.argv[1])
