-- The verdicts of an audit, from the tables ends, ranges, needs, opts and records.

-- Which ends an address is of. An end of names alone can be at any address that no end has.
CREATE TABLE addresses AS SELECT f AS a FROM records UNION SELECT t FROM records;
CREATE TABLE members AS SELECT DISTINCT a, e FROM addresses JOIN ranges ON a BETWEEN lo AND hi;
CREATE TABLE places AS
  SELECT a, e, false AS named FROM members
  UNION ALL
  SELECT a, e, true FROM addresses, ends WHERE a NOT IN (SELECT a FROM members) AND e NOT IN (SELECT e FROM ranges);
CREATE TABLE owners AS SELECT a, arg_min(e, (grp, e)) AS e FROM members JOIN ends USING (e) GROUP BY a;

-- Which needs explain a record as it is, or turned round where the log does not say who opened the connection.
CREATE TABLE numbered AS SELECT row_number() OVER () AS id, *, proto IN (6, 17, 33, 132) AS ports FROM records;
CREATE TABLE ways AS
  SELECT id, true AS forth, f AS a, t AS b, proto, tport AS port FROM numbered
  UNION ALL
  SELECT id, false, t, f, proto, fport FROM numbered WHERE NOT opened AND ports;
CREATE TABLE hits AS
  SELECT DISTINCT w.id, w.forth, n.n, x.named OR y.named AS named
  FROM ways w
  JOIN opts o ON o.proto = w.proto AND w.port BETWEEN o.lo AND o.hi
  JOIN needs n ON n.n = o.n
  JOIN places x ON x.a = w.a AND x.e = n.f
  JOIN places y ON y.a = w.b AND y.e = n.t
  WHERE NOT (x.named AND y.named);
CREATE TABLE sides AS SELECT id, bool_or(forth) AND bool_or(NOT forth) AS twosided FROM hits GROUP BY id;
CREATE TABLE explained AS SELECT hits.* FROM hits JOIN sides USING (id) WHERE NOT twosided;

-- Findings about needs.
CREATE TABLE counts AS
  SELECT n, named, count(*)::INTEGER AS records, bool_or(outcome = 0) AS connected, bool_or(outcome = 2) AS blocked,
    coalesce(min(first) FILTER (first <> 0), 0) AS first, max(last) AS last,
    list(DISTINCT vantage) FILTER (vantage <> '') AS vantages, bool_or(sampled) AS sampled
  FROM explained JOIN numbered USING (id) GROUP BY n, named;
CREATE TABLE visible AS
  SELECT DISTINCT e, vantage FROM (SELECT f AS a, vantage FROM records WHERE NOT sampled UNION ALL SELECT t, vantage FROM records WHERE NOT sampled) JOIN members USING (a);
CREATE TABLE of_needs AS
  SELECT
    CASE
      WHEN named THEN 'ambiguous'
      WHEN NOT certain THEN CASE WHEN records > 0 THEN 'unanswered' END
      WHEN connected THEN 'seen'
      WHEN blocked THEN 'blocked'
      WHEN records > 0 THEN 'attempted'
      WHEN local THEN NULL
      WHEN EXISTS (SELECT 1 FROM visible x JOIN visible y USING (vantage) WHERE x.e = needs.f AND y.e = needs.t) THEN 'unseen'
      ELSE 'unobservable'
    END AS verdict, needs.f AS fe, needs.t AS te, 0 AS ends, label AS need, coalesce(records, 0) AS records, coalesce(first, 0) AS first,
    coalesce(last, 0) AS last, []::INTEGER[] AS ports, coalesce(vantages, []) AS vantages, coalesce(sampled, false) AS sampled
  FROM needs LEFT JOIN (SELECT * FROM counts QUALIFY row_number() OVER (PARTITION BY n ORDER BY named DESC) = 1) USING (n);

-- What no need explains, from the end that opened it, as far as ports say so.
CREATE TABLE strays AS
  SELECT *, (fport < 32768 AND tport >= 32768) AS answer, (tport < 32768 AND fport >= 32768) AS question,
    NOT opened AND (coalesce(twosided, false) OR ports AND NOT answer AND NOT question) AS ambiguous,
    CASE WHEN opened OR NOT ports THEN false WHEN ambiguous THEN fport < tport ELSE answer END AS turned
  FROM numbered LEFT JOIN sides USING (id) WHERE id NOT IN (SELECT id FROM explained);
CREATE TABLE of_strays AS
  SELECT CASE WHEN ambiguous THEN 'ambiguous' WHEN outcome = 0 THEN 'undocumented' ELSE 'undocumented-attempt' END AS verdict,
    x.e AS fe, y.e AS te, count(*)::INTEGER AS records, coalesce(min(first) FILTER (first <> 0), 0) AS first, max(last) AS last,
    list(DISTINCT proto * 65536 + CASE WHEN turned THEN fport ELSE tport END) AS ports,
    coalesce(list(DISTINCT vantage) FILTER (vantage <> ''), []) AS vantages, bool_or(sampled) AS sampled
  FROM strays
  LEFT JOIN owners x ON x.a = CASE WHEN turned THEN t ELSE f END
  LEFT JOIN owners y ON y.a = CASE WHEN turned THEN f ELSE t END
  GROUP BY ALL;

-- Attempts from one end to eight or more are one finding.
CREATE TABLE scanners AS SELECT fe FROM of_strays WHERE verdict = 'undocumented-attempt' GROUP BY fe HAVING count(*) >= 8;
CREATE TABLE findings AS
  SELECT * FROM of_needs WHERE verdict IS NOT NULL
  UNION ALL
  SELECT verdict, fe, te, 0, '', records, first, last, ports, vantages, sampled FROM of_strays
  WHERE verdict <> 'undocumented-attempt' OR NOT EXISTS (SELECT 1 FROM scanners WHERE scanners.fe IS NOT DISTINCT FROM of_strays.fe)
  UNION ALL
  SELECT verdict, fe, NULL, count(*)::INTEGER, '', sum(records)::INTEGER, coalesce(min(first) FILTER (first <> 0), 0), max(last),
    list_distinct(flatten(list(ports))), list_distinct(flatten(list(vantages))), bool_or(sampled)
  FROM of_strays WHERE verdict = 'undocumented-attempt' AND EXISTS (SELECT 1 FROM scanners WHERE scanners.fe IS NOT DISTINCT FROM of_strays.fe)
  GROUP BY verdict, fe;

SELECT verdict AS "Verdict", coalesce(x.name, '') AS "From", coalesce(y.name, '') AS "To", need AS "Need", ends AS "Ends", records AS "Records",
  first::VARCHAR AS "First", last::VARCHAR AS "Last", ports AS "Ports", vantages AS "Vantages", sampled AS "Sampled"
FROM findings LEFT JOIN ends x ON x.e = fe LEFT JOIN ends y ON y.e = te;
