// A signed command as the CloudEvents SDK for JavaScript writes it for Kafka, on standard output as JSON:
// node command.mjs structured|binary KEY-FILE KEY-ID HOST VERB
import { createHash, createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { CloudEvent, Kafka } from "cloudevents";

const [mode, keyFile, keyid, host, verb] = process.argv.slice(2);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const seconds = (time) => time.replace(/\.\d+Z$/, "Z");

const data = { verb, target: { host } };
const bare = new CloudEvent({
  source: "/teams/web",
  type: "dev.watchdog.command.requested.v1",
  datacontenttype: "application/json",
  expirytime: new Date(Date.now() + 300_000).toISOString(),
  data: mode === "binary" ? JSON.stringify(data) : data,
});

const core = sha256(
  ...[bare.id, bare.source, bare.specversion, bare.type, bare.datacontenttype, bare.dataschema, bare.subject,
    seconds(bare.time), JSON.stringify(data)].map((text) => sha256(text ?? "")),
);
const ext = sha256(sha256(seconds(bare.expirytime)));
const payload = JSON.stringify({
  core: core.toString("base64"),
  ext: ext.toString("base64"),
  signedextattrs: ["expirytime"],
});
const payloadType = "https://cloudevents.io/verifiability/dsse/v0.1";
const sig = sign(
  null,
  Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`),
  createPrivateKey(readFileSync(keyFile)),
);
const envelope = {
  payloadType,
  payload: Buffer.from(payload).toString("base64"),
  signatures: [{ keyid, sig: sig.toString("base64") }],
};
const event = bare.cloneWith({ dssematerial: Buffer.from(JSON.stringify(envelope)).toString("base64") });

const message = mode === "binary" ? Kafka.binary(event) : Kafka.structured(event);
const headers = Object.entries(message.headers).map(([name, value]) => [name, value ?? null]); // as kafkajs sends undefined
console.log(JSON.stringify({ id: event.id, time: event.time, headers: Object.fromEntries(headers), value: message.value }));
