"""A signed command as a few lines of Python write it, on standard output as JSON.

python3 command.py structured|binary KEY-FILE KEY-ID HOST VERB
"""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import uuid
from datetime import datetime, timedelta, timezone

mode, key_file, key_id, host, verb = sys.argv[1:]
now = datetime.now(timezone.utc)


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).digest()


def seconds(time):
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(data):
    return base64.b64encode(data).decode()


data = json.dumps({"verb": verb, "target": {"host": host}})
expiry = (now + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=5, minutes=30)))
event = {
    "specversion": "1.0",
    "id": str(uuid.uuid4()),
    "source": "/teams/python",
    "type": "dev.watchdog.command.requested.v1",
    "datacontenttype": "application/json; charset=utf-8",
    "time": now.isoformat(),
    "expirytime": expiry.isoformat(),
}
names = ["id", "source", "specversion", "type", "datacontenttype", "dataschema", "subject"]
core = b"".join(sha256(event.get(name, "")) for name in names) + sha256(seconds(now)) + sha256(data)
payload = json.dumps({"core": text(sha256(core)), "ext": text(sha256(sha256(seconds(expiry)))),
                      "signedextattrs": ["expirytime"]})
kind = "https://cloudevents.io/verifiability/dsse/v0.1"
with tempfile.NamedTemporaryFile() as signed:
    signed.write(f"DSSEv1 {len(kind)} {kind} {len(payload)} {payload}".encode())
    signed.flush()
    sig = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", key_file, "-rawin", "-in", signed.name],
                         check=True, capture_output=True).stdout
event["dssematerial"] = text(json.dumps({"payloadType": kind, "payload": text(payload.encode()),
                                         "signatures": [{"keyid": key_id, "sig": text(sig)}]}).encode())

if mode == "binary":
    headers = {f"ce_{name}": value for name, value in event.items() if name != "datacontenttype"}
    headers["content-type"] = event["datacontenttype"]
    value = data
else:
    headers = {"content-type": "application/cloudevents+json"}
    value = json.dumps(event)[:-1] + ', "data": ' + data + "}"
print(json.dumps({"id": event["id"], "time": event["time"], "headers": headers, "value": value}))
