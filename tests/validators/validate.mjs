// Validates OpenAPI documents with @seriousme/openapi-schema-validator; prints each error and fails if there is one.
import { Validator } from "@seriousme/openapi-schema-validator";

for (const name of process.argv.slice(2)) {
  const result = await new Validator().validate(name);
  if (!result.valid) {
    process.exitCode = 1;
    console.log(`${name}: ${JSON.stringify(result.errors).slice(0, 3000)}`);
  }
}
