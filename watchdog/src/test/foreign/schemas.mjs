// Compiles every schema as Ajv's strict mode wants it and holds the examples to them: node schemas.mjs SCHEMAS EXAMPLES
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [schemas, examples] = process.argv.slice(2);
const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats(ajv);
const read = (...parts) => JSON.parse(readFileSync(join(...parts), "utf8"));
const ids = readdirSync(schemas).map((file) => {
  const schema = read(schemas, file);
  ajv.addSchema(schema);
  return schema.$id;
});
const wrong = [];
for (const id of ids) {
  try {
    ajv.getSchema(id);
  } catch (failure) {
    wrong.push(`${id}: ${failure.message}`);
  }
}

const base = "https://watchdog.dev/schemas/";
const envelope = (type) =>
  type === "dev.watchdog.command.requested.v1" ? "command.envelope.v1.json"
    : type.includes(".reported.") ? "state.envelope.v1.json" : "envelope.v1.json";
const isValid = (event, name) =>
  ajv.validate(base + envelope(`dev.watchdog.${name}`), event) && ajv.validate(`${base}${name}.json`, event.data);
let count = 0;
for (const name of wrong.length ? [] : readdirSync(examples)) {
  for (const file of readdirSync(join(examples, name))) {
    count++;
    if (isValid(read(examples, name, file), name) !== file.startsWith("valid-")) {
      wrong.push(`${name}/${file}: ${ajv.errorsText()}`);
    }
  }
}
console.log(wrong.length ? wrong.join("\n") : `${ids.length} schemas, ${count} examples`);
process.exitCode = wrong.length ? 1 : 0;
