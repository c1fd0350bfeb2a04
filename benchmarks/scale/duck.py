"""The same work in SQL, by DuckDB: raw records, corrections, laws, claims, both files.

`python -m benchmarks.scale.duck COURSES CORRECTIONS PROMPT TRAINING VALIDATION PROVENANCE` writes both files, and where
each line comes from.
"""

import sys
from pathlib import Path

LEGO = "STRUCT(lego_id VARCHAR, lego_type VARCHAR, target_chunk VARCHAR, known_chunk VARCHAR, componentization VARCHAR)"
FEEDER = "STRUCT(feeder_id VARCHAR, target_chunk VARCHAR, known_chunk VARCHAR, parent_lego_id VARCHAR)"
ANSWER = f"lego_pairs {LEGO}[], feeder_pairs {FEEDER}[]"
ARTICLES = "['el', 'la', 'los', 'las', 'un', 'una', 'il', 'le', 'les', 'the', 'a', 'an']"
PREPOSITIONS = """['to', 'in', 'on', 'at', 'by', 'for', 'with', 'from', 'of', 'about',
    'de', 'a', 'en', 'con', 'por', 'para', 'di', 'da', 'per', 'avec', 'sans']"""
ALONE = f"""lambda x: trim(x.known_chunk) = '' OR trim(x.target_chunk) = ''
    OR list_contains({ARTICLES} || {PREPOSITIONS}, lower(trim(x.target_chunk)))
    OR list_contains({PREPOSITIONS}, lower(trim(x.known_chunk)))"""
MACROS = """
CREATE MACRO q(x) AS to_json(x)::VARCHAR;
CREATE MACRO same(x) AS lower(trim(x));
CREATE MACRO words(x) AS regexp_extract_all(lower(x), '[\\p{L}\\p{N}]+(?:[''’][\\p{L}\\p{N}]+)*[''’]?');
CREATE MACRO lego(x, c) AS '{"lego_id":' || c || q(x.lego_id) || ',' || c || '"lego_type":' || c || q(x.lego_type)
    || ',' || c || '"target_chunk":' || c || q(x.target_chunk) || ',' || c || '"known_chunk":' || c || q(x.known_chunk)
    || coalesce(',' || c || '"componentization":' || c || q(x.componentization), '') || '}';
CREATE MACRO feeder(x, c) AS '{"feeder_id":' || c || q(x.feeder_id) || ',' || c || '"target_chunk":' || c
    || q(x.target_chunk) || ',' || c || '"known_chunk":' || c || q(x.known_chunk) || ',' || c
    || '"parent_lego_id":' || c || q(x.parent_lego_id) || '}';
CREATE MACRO answer(a, b, c) AS '{"lego_pairs":' || c || '['
    || array_to_string(list_transform(a, lambda x: lego(x, c)), ',' || c) || '],' || c || '"feeder_pairs":' || c || '['
    || array_to_string(list_transform(b, lambda x: feeder(x, c)), ',' || c) || ']}';
CREATE MACRO pairs_of(a, b) AS list_transform(a, lambda x: {known: x.known_chunk, target: x.target_chunk})
    || list_transform(b, lambda x: {known: x.known_chunk, target: x.target_chunk});
"""
SEEDS = f"""
CREATE TABLE latest AS
SELECT course, seed_id, arg_max({{id: id, reviewer: reviewer, corrected_at: corrected_at, generation: generation,
    after: after}}, corrected_at) AS one
FROM read_json(?, format = 'newline_delimited',
    columns = {{id: 'VARCHAR', course: 'VARCHAR', seed_id: 'VARCHAR', reviewer: 'VARCHAR', corrected_at: 'VARCHAR',
        generation: 'INT', after: 'STRUCT({ANSWER})'}})
GROUP BY ALL;

CREATE TABLE seeds AS
WITH raw AS (
    FROM read_json(?, format = 'newline_delimited', columns = {{course: 'VARCHAR', seed_id: 'VARCHAR',
        target_language: 'VARCHAR', known_language: 'VARCHAR', target: 'VARCHAR', known: 'VARCHAR',
        lego_pairs: '{LEGO}[]', feeder_pairs: '{FEEDER}[]'}})
)
SELECT raw.* REPLACE (coalesce(one.after.lego_pairs, lego_pairs) AS lego_pairs,
        coalesce(one.after.feeder_pairs, feeder_pairs) AS feeder_pairs),
    substr(seed_id, 2)::INT AS number,
    ('0x' || substr(sha256('seed:' || number), 1, 16))::UBIGINT::DOUBLE / 2::DOUBLE ** 64 < 0.25 AS tested
FROM raw LEFT JOIN latest USING (course, seed_id);

CREATE TABLE pairs AS
SELECT course, seed_id, number, tested, place, pair.known AS known, pair.target AS target, same(pair.known) AS key
FROM (SELECT course, seed_id, number, tested, unnest(pairs_of(lego_pairs, feeder_pairs)) AS pair,
        generate_subscripts(pairs_of(lego_pairs, feeder_pairs), 1) AS place FROM seeds);

CREATE TABLE wrong AS
SELECT course, seed_id FROM pairs
    JOIN (SELECT course, key, arg_min(same(target), (number, place)) AS first FROM pairs GROUP BY ALL)
    USING (course, key)
    WHERE same(target) <> first
UNION SELECT course, seed_id FROM seeds WHERE len(list_filter(lego_pairs, {ALONE})) > 0;
"""  # noqa: S608
CLAIMS = """
CREATE TABLE claims AS
SELECT course, view_tested AS tested, key, array_to_string(words(first.known), ' ') AS run, first.*
FROM (SELECT course, view_tested, key,
        arg_min({known: known, target: target, number: number, place: place}, (number, place)) AS first
    FROM pairs JOIN (VALUES (true), (false)) AS views(view_tested) ON view_tested OR NOT tested
    WHERE (course, seed_id) NOT IN (FROM wrong) GROUP BY ALL);

SET VARIABLE longest = (SELECT max(len(words(known))) FROM claims);

CREATE TABLE shown AS
WITH asked AS (SELECT course, seed_id, number, tested, words(known) AS w FROM seeds),
runs AS (
    SELECT course, seed_id, number, tested, unnest(list_distinct(flatten([
        [array_to_string(w[i:j], ' ') for j in range(i, least(i + getvariable('longest'), len(w) + 1))]
        for i in range(1, len(w) + 1)]))) AS run
    FROM asked
)
SELECT runs.course, seed_id, string_agg(
    '{"known_chunk": ' || q(known) || ', "target_chunk": ' || q(target) || '}', ', '
    ORDER BY claims.number, place) AS claims
FROM runs JOIN claims ON runs.course = claims.course AND runs.tested = claims.tested AND runs.run = claims.run
    AND claims.number < runs.number
GROUP BY ALL;
"""
LINES = """
CREATE TABLE lines AS
SELECT course, seed_id, tested, row_number() OVER (PARTITION BY tested ORDER BY course, number) AS place,
    '{"system":' || q(getvariable('system')) || ',"messages":[{"role":"user","content":' || q(
    '{"course": ' || q(course) || ', "seed_id": ' || q(seed_id) || ', "target_language": ' || q(target_language)
    || ', "known_language": ' || q(known_language) || ', "target": ' || q(target) || ', "known": ' || q(known)
    || ', "claims": [' || coalesce(claims, '') || ']}') || '},{"role":"assistant","content":'
    || q(answer(lego_pairs, feeder_pairs, ' ')) || '}]}' AS line
FROM seeds LEFT JOIN shown USING (course, seed_id) WHERE (course, seed_id) NOT IN (FROM wrong);
"""
SIDE = "SELECT line FROM lines WHERE tested = {} ORDER BY place"
SOURCES = """
SELECT '{"side":"' || if(tested, 'validation', 'training') || '","line":' || place || ',"sha256":"' || sha256(line)
    || '","course":' || q(course) || ',"seed_id":' || q(seed_id) || ',"corrections":[' || coalesce(
        '{"correction":' || q(one.id) || ',"reviewer":' || q(one.reviewer) || ',"corrected_at":' || q(one.corrected_at)
        || ',"generation":' || one.generation || ',"after":"'
        || substr(sha256(answer(one.after.lego_pairs, one.after.feeder_pairs, '')), 1, 16) || '"}', '') || ']}'
FROM lines LEFT JOIN latest USING (course, seed_id) ORDER BY course, tested, place
"""
COPY = "COPY ({}) TO '{}' (FORMAT csv, HEADER false, DELIMITER E'\\x01', QUOTE '', ESCAPE '')"


def main(courses: str, corrections: str, prompt: str, training: str, validation: str, provenance: str) -> None:
    import duckdb

    base = duckdb.connect()
    base.execute(MACROS)
    base.execute("SET VARIABLE system = ?", [Path(prompt).read_text(encoding="utf-8").strip()])
    latest, seeds, *others = SEEDS.split(";\n\n")
    base.execute(latest, [f"{corrections}/*.jsonl"])
    base.execute(seeds, [f"{courses}/*.jsonl"])
    for statement in (*others, *CLAIMS.split(";\n\n"), LINES):
        base.execute(statement)
    written = {training: SIDE.format("false"), validation: SIDE.format("true"), provenance: SOURCES}
    for file, rows in written.items():
        base.execute(COPY.format(rows, file.replace("'", "''")))


if __name__ == "__main__":
    main(*sys.argv[1:])
