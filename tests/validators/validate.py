"""Validates OpenAPI documents with openapi-spec-validator; prints each error and fails if there is one."""
import json
import sys

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

failed = False
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        document = json.load(file)
    kind = OpenAPIV30SpecValidator if document["openapi"].startswith("3.0.") else OpenAPIV31SpecValidator
    for error in kind(document).iter_errors():
        failed = True
        print(f"{name}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
sys.exit(failed)
