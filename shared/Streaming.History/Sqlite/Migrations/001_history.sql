-- The history. Times are milliseconds since 1970 (UTC); day counts days since 1970, of bucket_start or event_time.
-- known_time is when the broker appended the record that brought the row (-1: it did not say); source_* is where that record stands.
-- A row belongs to one record: the last four columns of each key make it so. The views at the end choose what counts.
-- Arrays of numbers are JSON: null for a missing one (NaN), 9e999 for infinity.

CREATE TABLE vectors (
    day                 INTEGER NOT NULL,
    entity_id           TEXT    NOT NULL,
    bucket_start        INTEGER NOT NULL,
    feature_set         TEXT    NOT NULL,
    feature_set_version INTEGER NOT NULL,
    feature_set_hash    TEXT    NOT NULL,
    revision            INTEGER NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    bucket_end          INTEGER NOT NULL,
    features            TEXT    NOT NULL,
    missing             TEXT    NOT NULL,
    reading_count       INTEGER NOT NULL,
    late_count          INTEGER NOT NULL,
    completeness        ANY     NOT NULL,
    close_reason        TEXT    NOT NULL,
    input_partition     INTEGER NOT NULL,
    first_offset        INTEGER NOT NULL,
    last_offset         INTEGER NOT NULL,
    PRIMARY KEY (day, entity_id, bucket_start, feature_set, feature_set_version, feature_set_hash, revision,
                 known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE predictions (
    day                 INTEGER NOT NULL,
    entity_id           TEXT    NOT NULL,
    bucket_start        INTEGER NOT NULL,
    deployment          TEXT    NOT NULL,
    model_sha256        TEXT    NOT NULL,
    feature_set_hash    TEXT    NOT NULL,
    revision            INTEGER NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    bucket_end          INTEGER NOT NULL,
    prediction_id       TEXT    NOT NULL,
    model_name          TEXT    NOT NULL,
    model_version       TEXT    NOT NULL,
    stage               TEXT    NOT NULL,
    feature_set         TEXT    NOT NULL,
    feature_set_version INTEGER NOT NULL,
    scores              TEXT    NOT NULL,
    label               TEXT,
    threshold           ANY,
    pipeline_version    TEXT    NOT NULL,
    features            TEXT,
    PRIMARY KEY (day, entity_id, bucket_start, deployment, model_sha256, feature_set_hash, revision,
                 known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE labels (
    day                 INTEGER NOT NULL,
    entity_id           TEXT    NOT NULL,
    event_time          INTEGER NOT NULL,
    name                TEXT    NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    event_end           INTEGER,
    value               TEXT    NOT NULL,
    known_at            INTEGER NOT NULL,
    source              TEXT    NOT NULL,
    prediction_id       TEXT,
    PRIMARY KEY (day, entity_id, event_time, name, known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

-- A bucket's labels without their day, and the intervals that reach into a time from before it.
CREATE INDEX labels_by_entity ON labels (entity_id, event_time);
CREATE INDEX labels_of_intervals ON labels (event_end) WHERE event_end IS NOT NULL;
CREATE INDEX labels_of_intervals_by_entity ON labels (entity_id, event_end) WHERE event_end IS NOT NULL;

CREATE TABLE deployments (
    deployment          TEXT    NOT NULL,
    revision            INTEGER NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    based_on            INTEGER NOT NULL,
    feature_set         TEXT    NOT NULL,
    feature_set_version INTEGER NOT NULL,
    feature_set_hash    TEXT    NOT NULL,
    model_name          TEXT    NOT NULL,
    model_version       TEXT    NOT NULL,
    model_sha256        TEXT    NOT NULL,
    stage               TEXT    NOT NULL,
    actor               TEXT    NOT NULL,
    reason              TEXT    NOT NULL,
    PRIMARY KEY (deployment, revision, known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    job_id              TEXT    NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    kind                TEXT    NOT NULL,
    state               TEXT    NOT NULL,
    actor               TEXT    NOT NULL,
    reason              TEXT    NOT NULL,
    range_start         INTEGER,
    range_end           INTEGER,
    parameters          TEXT    NOT NULL,
    result              TEXT    NOT NULL,
    PRIMARY KEY (job_id, known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

CREATE TABLE feature_sets (
    name                TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    hash                TEXT    NOT NULL,
    known_time          INTEGER NOT NULL,
    source_topic        TEXT    NOT NULL,
    source_partition    INTEGER NOT NULL,
    source_offset       INTEGER NOT NULL,
    content             TEXT    NOT NULL,
    layout              TEXT    NOT NULL,
    PRIMARY KEY (name, version, hash, known_time, source_topic, source_partition, source_offset)
) STRICT, WITHOUT ROWID;

-- Each value of each vector under its name, highest revision. A value that is missing is NULL.
CREATE VIEW feature_values AS
WITH ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY day, entity_id, bucket_start, feature_set, feature_set_version, feature_set_hash
        ORDER BY revision DESC, known_time DESC, source_topic DESC, source_partition DESC, source_offset DESC) AS place
    FROM vectors)
SELECT v.entity_id, datetime(v.bucket_start / 1000, 'unixepoch') AS bucket, v.bucket_start, v.bucket_end,
       v.feature_set, v.feature_set_version, v.revision, v.known_time, f.key AS position,
       (SELECT json_extract(s.layout, '$[' || f.key || '].name') FROM feature_sets s
        WHERE s.name = v.feature_set AND s.version = v.feature_set_version AND s.hash = v.feature_set_hash LIMIT 1) AS feature,
       CAST(f.value AS REAL) AS value
FROM ranked v, json_each(v.features) f
WHERE v.place = 1;

-- Each prediction that counts (highest revision of deployment, entity and bucket) beside the newest label of each name that joins its bucket.
CREATE VIEW labelled_predictions AS
WITH ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY deployment, entity_id, bucket_start, bucket_end
        ORDER BY revision DESC, known_time DESC, source_topic DESC, source_partition DESC, source_offset DESC) AS place
    FROM predictions),
counting AS (SELECT * FROM ranked WHERE place = 1),
joined AS (
    SELECT p.deployment, p.entity_id, p.bucket_start, p.bucket_end, p.label AS predicted, p.scores, p.model_name, p.model_version, p.stage,
           l.name, l.value, l.known_time, l.source_topic, l.source_partition, l.source_offset
    FROM counting p JOIN labels l ON l.entity_id = p.entity_id AND l.event_time >= p.bucket_start AND l.event_time < p.bucket_end
    WHERE l.event_end IS NULL
    UNION ALL
    SELECT p.deployment, p.entity_id, p.bucket_start, p.bucket_end, p.label, p.scores, p.model_name, p.model_version, p.stage,
           l.name, l.value, l.known_time, l.source_topic, l.source_partition, l.source_offset
    FROM counting p JOIN labels l ON l.entity_id = p.entity_id AND l.event_end > p.bucket_start AND l.event_time < p.bucket_end
    WHERE l.event_end IS NOT NULL AND l.event_time < l.event_end)
SELECT deployment, entity_id, datetime(bucket_start / 1000, 'unixepoch') AS bucket, bucket_start, bucket_end, model_name, model_version, stage, scores,
       predicted, name AS label_name, value AS actual
FROM (SELECT *, row_number() OVER (
          PARTITION BY deployment, entity_id, bucket_start, bucket_end, name
          ORDER BY known_time DESC, source_topic DESC, source_partition DESC, source_offset DESC) AS place
      FROM joined)
WHERE place = 1;
