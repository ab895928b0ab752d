"""Reads messages as servers written in Python do. Standard input: JSON, an array of base64 texts. Standard output: JSON,
for each of them the (method, params) that each reader found."""
import base64
import json
import sys


def first_wins(pairs):
    found = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def messages(lines, **options):
    found = []
    for line in lines:
        try:
            value = json.loads(line, **options)
        except (ValueError, RecursionError):
            continue
        for message in value if isinstance(value, list) else [value]:
            if isinstance(message, dict) and isinstance(message.get("method"), str):
                found.append({"method": message["method"], "params": message.get("params")})
    return found


def safe(value):
    """Lone surrogates and infinities have no place in what is printed; nothing that has them is permitted anyway."""
    return json.loads(json.dumps(value), parse_constant=str)


answers = []
for text in json.load(sys.stdin):
    raw = base64.b64decode(text)
    lenient = raw.decode("utf-8", "surrogateescape")
    answers.append({
        "json.loads of lines": safe(messages(raw.split(b"\n"))),
        "str.splitlines": safe(messages(lenient.splitlines())),
        "json.loads, the first key wins": safe(messages(raw.split(b"\n"), object_pairs_hook=first_wins)),
        "json.loads, not strict": safe(messages(lenient.split("\n"), strict=False)),
        "utf-8-sig": safe(messages(raw.decode("utf-8-sig", "replace").split("\n"))),
    })
json.dump(answers, sys.stdout)
