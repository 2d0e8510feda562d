"""Holds YAML files against a JSON schema with somebody else's validator, and writes a line for each: its name, and 'right' or why it is wrong.

    validate.py SCHEMA FOLDER
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML 1.2, as editors read it: no dates, no yes for true, 1e3 is a number."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(~|null|Null|NULL|)$", "~nN\0"),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$", "-+.0123456789"),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def number(value):
    """Infinity and NaN are no JSON, whatever Python takes them for."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    if isinstance(value, dict):
        return {key: number(item) for key, item in value.items()}
    return [number(item) for item in value] if isinstance(value, list) else value


schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for file in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    problem = next(iter(validator.iter_errors(number(yaml.load(file.read_text(), Loader)))), None)
    print(file.name, "right" if problem is None else "wrong: " + " ".join(problem.message.split())[:300], sep="\t")
