// Reads the AsyncAPI document with AsyncAPI's own parser, as strictly as it can: node asyncapi.mjs FILE
import Ajv2020 from "ajv/dist/2020.js";
import { Parser, fromFile } from "@asyncapi/parser";

const parser = new Parser({
  ruleset: { core: true, recommended: false },
});
// the parser itself knows draft 07 only
parser.registerSchemaParser({
  getMimeTypes: () => ["application/schema+json;version=2020-12"],
  parse: (input) => input.data,
  validate: (input) => {
    const meta = new Ajv2020({ strict: false });
    return meta.validateSchema(input.data)
      ? []
      : meta.errors.map((error) => ({ message: error.message ?? "", path: [...input.path] }));
  },
});
const { document, diagnostics } = await fromFile(parser, process.argv[2]).parse();
const wrong = diagnostics.filter((each) => each.severity <= 1);
console.log(
  wrong.length || !document
    ? wrong.map((each) => `${each.path.join(".")}: ${each.message}`).join("\n") || "no document"
    : `${document.channels().all().length} channels, ${document.messages().all().length} messages`,
);
process.exitCode = wrong.length || !document ? 1 : 0;
