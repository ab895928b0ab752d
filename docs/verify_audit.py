"""Verifies the segments of a CapFence audit folder with nothing but Python's standard library.

    python3 verify_audit.py FOLDER

Prints one line a problem, and exits with 1 if there are any. See audit.md for the format. (Signatures need an Ed25519
implementation, which the standard library has not; `capfence verify --key` checks them.)
"""
import hashlib
import json
import pathlib
import sys


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key is given twice")
    return dict(pairs)


def canonical(value):
    """RFC 8785, for what records hold: strings, whole numbers, true, false, null, arrays and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def pruned(folder):
    """The last hash of each segment that `capfence prune` took away, as its records say (which are verified as all are)."""
    lines = (line for path in segments(folder) for line in path.read_bytes().split(b"\n") if b'"kind":"pruned"' in line)
    return {one["segment"]: one["last"] for line in lines for one in json.loads(line)["segments"]}


def segments(folder):
    return sorted(folder.glob("[0-9]*-[0-9]*-[0-9]*/*.jsonl"))


def verify(path, folder, ends, problems):
    name = path.relative_to(folder).as_posix()
    previous, finished = "0" * 64, False
    *lines, rest = path.read_bytes().split(b"\n")
    for seq, line in enumerate(lines):
        try:
            record = json.loads(line, object_pairs_hook=unique)
        except ValueError as error:
            problems.append(f"{name} record {seq}: no record: {error}")
            continue
        content = {key: value for key, value in record.items() if key not in ("hash", "sig")}
        if seq == 0:
            follows = record.get("follows")
            previous = ends.get(follows, "") if follows else previous
        for wrong, what in [
            (record.get("prev") != previous, "does not continue the record before"),
            (record.get("hash") != hashlib.sha256(canonical(content)).hexdigest(), "was edited"),
            (record.get("seq") != seq or record.get("segment") != name, "is not where it was written"),
            ((record.get("kind") == "header") != (seq == 0) or finished, "stands where it should not"),
        ]:
            if wrong:
                problems.append(f"{name} record {seq}: {what}")
        finished, previous = record.get("kind") == "footer", record.get("hash")
    if rest or not finished:
        problems.append(f"{name}: {'torn' if rest else 'unfinished'}: its gateway did not end in order")
    ends[name] = previous


folder = pathlib.Path(sys.argv[1])
problems, ends = [], pruned(folder)
for segment in segments(folder):
    verify(segment, folder, ends, problems)
print("\n".join(problems) or f"ok: {len(segments(folder))} segments")
sys.exit(1 if problems else 0)
