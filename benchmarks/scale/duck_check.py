"""The ten checks in SQL, by DuckDB.

`python -m benchmarks.scale.duck_check TRAINING VALIDATION` prints, as JSON, defect -> the lines that have it.
"""

import json
import sys

from benchmarks.scale.duck import ALONE, MACROS

TEXT = r"columns = {line: 'VARCHAR'}, delim = E'\x01', quote = '', escape = '', header = false, auto_detect = false"
ANSWER = json.dumps(
    {
        "lego_pairs": [{"known_chunk": "VARCHAR", "target_chunk": "VARCHAR"}],
        "feeder_pairs": [{"known_chunk": "VARCHAR", "target_chunk": "VARCHAR"}],
    }
)
ASKED = json.dumps(
    {
        "seed_id": "VARCHAR",
        "target": "VARCHAR",
        "known": "VARCHAR",
        "claims": [{"known_chunk": "VARCHAR", "target_chunk": "VARCHAR"}],
    }
)
KEY = r"sk-[\w-]{20,}|(AKIA|ASIA)[0-9A-Z]{16}|gh[pos]_\w{30,}|PRIVATE KEY-----|hf_\w{30,}|xox[abp]-"
LEAK = r': "\s*(undefined|null|NaN|None)\s*"|\{\{[^{}]*\}\}|\$\{[^{}]*\}|\[object '
READ = f"""
CREATE TABLE lines AS
WITH raw AS (
    SELECT 'training' AS side, row_number() OVER () AS number, line FROM read_csv(?, {TEXT})
    UNION ALL SELECT 'validation', row_number() OVER (), line FROM read_csv(?, {TEXT})
), parsed AS (
    SELECT side, number, regexp_matches(line, '{KEY}') AS secret, json_valid(line) AS valid,
        CASE WHEN json_valid(line) THEN from_json(line,
            '{{"system": "VARCHAR", "messages": [{{"role": "VARCHAR", "content": "VARCHAR"}}]}}') END AS chat
    FROM raw
), told AS (
    SELECT side, number, secret, valid, chat.system AS system, chat.messages[1].content AS asked,
        chat.messages[-1].content AS said, list_transform(chat.messages, lambda x: x.role) AS roles
    FROM parsed
)
SELECT side, number, secret, valid, roles, said <> trim(said, E' \\t\\r\\n') AS edge,
    regexp_matches(asked, '{LEAK}') OR regexp_matches(said, '{LEAK}') AS leak,
    md5(coalesce(system, '') || chr(1) || asked) AS prompt, md5(said) AS answer,
    CASE WHEN json_valid(asked) THEN from_json(asked, '{ASKED}') END AS seed,
    CASE WHEN json_valid(said) THEN from_json(said, '{ANSWER}') END AS breakdown
FROM told;
"""  # noqa: S608
PAIRS = """
CREATE TABLE pairs AS
SELECT side, number, unnest(all_pairs) AS pair, generate_subscripts(all_pairs, 1) AS place, claimed, target, known
FROM (
    SELECT side, number, len(seed.claims) AS claimed, lower(seed.target) AS target, lower(seed.known) AS known,
        pairs_of(coalesce(seed.claims, []), breakdown.lego_pairs)
            || list_transform(breakdown.feeder_pairs, lambda x: {known: x.known_chunk, target: x.target_chunk})
        AS all_pairs
    FROM lines
    WHERE seed.known IS NOT NULL AND breakdown.lego_pairs IS NOT NULL AND breakdown.feeder_pairs IS NOT NULL
);
"""
CHECKS = {
    "contradiction": """SELECT side, number FROM lines WHERE side = 'training' AND prompt IN (
        SELECT prompt FROM lines WHERE side = 'training' GROUP BY prompt HAVING count(DISTINCT answer) > 1)""",
    "duplicate": """SELECT side, number FROM lines WHERE prompt IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY side, prompt, answer ORDER BY number) > 1""",
    "prompt-on-both-sides": """SELECT side, number FROM lines
        WHERE side = 'validation' AND prompt IN (SELECT prompt FROM lines WHERE side = 'training')""",
    "seed-on-both-sides": """SELECT side, number FROM lines
        WHERE side = 'validation' AND seed.seed_id IN (SELECT seed.seed_id FROM lines WHERE side = 'training')""",
    "placeholder": "SELECT side, number FROM lines WHERE leak",
    "answer-edge-space": "SELECT side, number FROM lines WHERE edge",
    "not-json": "SELECT side, number FROM lines WHERE NOT valid",
    "role-order": "SELECT side, number FROM lines WHERE roles <> ['user', 'assistant']",
    "secret": "SELECT side, number FROM lines WHERE secret",
    "broken-law": f"""
        SELECT side, number FROM pairs GROUP BY side, number, same(pair.known)
            HAVING count(DISTINCT same(pair.target)) > 1
        UNION SELECT side, number FROM pairs WHERE place > claimed
            AND NOT (contains(known, lower(pair.known)) AND contains(target, lower(pair.target)))
        UNION SELECT side, number FROM lines WHERE len(list_filter(breakdown.lego_pairs, {ALONE})) > 0""",  # noqa: S608
}


def main(training: str, validation: str) -> None:
    import duckdb

    base = duckdb.connect()
    base.execute(MACROS)
    base.execute(READ, [training, validation])
    base.execute(PAIRS)
    found = {
        name: [f"{side}:{number}" for side, number in base.execute(sql).fetchall()] for name, sql in CHECKS.items()
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
