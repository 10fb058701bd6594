//! What must pass: what people write, and what programs ask.

use axiom_sqli::{Mode, scan};

/// Names, addresses, measures, notes, logs and reviews, with all that SQL has too.
const PROSE: [&str; 52] = [
    "Conan O'Brien",
    "Sinéad O'Connor and Shaquille O'Neal",
    "d'Artagnan; or the three musketeers",
    "5' 11\" tall, 80 kg",
    "a 3/4\" bolt and a 1/2\" nut",
    "12 or 13 people, and their dogs",
    "one or more; update your browser",
    "rock 'n' roll",
    "the 'and' operator is not the 'or' operator",
    "\"To be, or not to be\"",
    "'90s music and '80s films",
    "Tom & Jerry -- the early years",
    "see https://example.com/?a=1&b=2#top",
    "jane.doe+news@example.com",
    "24-7-TEAM",
    "Order by phone, or select a table online",
    "select the best of the three",
    "Please drop the table off at the union hall",
    "Delete from the list what you do not need",
    "the European Union selects its commissioners",
    "grant access to the group",
    "Insert coin; press start",
    "where is the where clause?",
    "if (a == b) { return c; }",
    "x = y or z",
    "for i in range(10): print(i)",
    "let total = count(items) + 1;",
    "printf(\"%d\\n\", value);",
    "// TODO: remove this",
    "/* the old way */",
    "#hashtag and #another",
    "C# and F# developers",
    "Fix #123: crash when the list is empty",
    "2024-11-21 03:55:30 ERROR worker-3: connection reset (os error 104)",
    "GET /index.html HTTP/1.1",
    "192.168.0.1 - - [21/Nov/2024:03:55:30 +0000] \"GET / HTTP/1.1\" 200 612 \"-\" \"curl/8.5\"",
    "user=alice id=42 status=ok",
    "{\"id\": 7, \"name\": \"x\"}",
    "<a href=\"/tables/\">tables</a>",
    "key: value; other: value",
    "10% off & free shipping",
    "(555) 123-4567",
    "221B Baker Street, London NW1 6XE",
    "ISBN 978-3-16-148410-0",
    "case 13\" with sleeve",
    "it's 5 o'clock; let's go -- finally",
    "He said: 'select one', and left",
    "1. Select mode",
    "version 1.2.3 or later",
    "the dogs' and cats' bowls",
    "between 5 and 10 minutes",
    "like it or not",
];

#[test]
fn prose_passes_as_a_field_and_as_a_prompt() {
    for text in PROSE {
        for mode in [Mode::Field, Mode::Prompt] {
            let report = scan(text, mode);
            assert!(!report.is_blocked(), "{text}: {}", report.explain());
        }
    }
}

#[test]
fn questions_about_sql_pass_as_prompts() {
    for text in [
        "How do I write a query that joins users and orders?",
        "SELECT name FROM users WHERE id = 7 is slow, why?",
        "What is the difference between UNION and UNION ALL?",
        "Show me the ten biggest tables of our database",
        "Explain the statement select count(*) from events group by day",
    ] {
        let report = scan(text, Mode::Prompt);
        assert!(!report.is_blocked(), "{text}: {}", report.explain());
    }
}

/// Statements as programs, reports and tutorials have them.
const STATEMENTS: [&str; 35] = [
    "SELECT * FROM users WHERE id = 7 AND name = 'bob'",
    "SELECT id, name FROM users ORDER BY name LIMIT 10 OFFSET 20",
    "SELECT a.id, count(*) FROM a JOIN b ON a.id = b.id WHERE a.x > 5 OR b.y IN (1,2) GROUP BY a.id HAVING count(*) > 1",
    "SELECT 'a' AS kind, sum(x) FROM t UNION ALL SELECT 'b', sum(y) FROM u",
    "SELECT * FROM t WHERE 1=1 AND a = 2",
    "SELECT CASE WHEN a = 1 THEN 'x' ELSE 'y' END FROM t",
    "SELECT version()",
    "SELECT * FROM t -- it's fine",
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "SELECT name FROM people WHERE name = 'O''Brien'",
    "SELECT * FROM t WHERE (a = 1 OR b = 2) AND c IS NOT NULL",
    "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t",
    "SELECT data->>'name' FROM docs WHERE data @> '{\"a\":1}'",
    "SELECT TOP 10 [name] FROM [dbo].[users]",
    "SELECT `name` FROM `users` WHERE `id` IN (SELECT user_id FROM orders)",
    "WITH recent AS (SELECT * FROM orders WHERE day > now()) SELECT count(*) FROM recent",
    "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO t SELECT * FROM u",
    "INSERT INTO notes (text) VALUES ('drop table; or 1=1')",
    "UPDATE t SET a = 1 WHERE id = 3;",
    "UPDATE t SET a = (SELECT max(b) FROM u) WHERE id = 3",
    "DELETE FROM sessions WHERE expires < now()",
    "CREATE TABLE t (id INT PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x')",
    "CREATE TABLE t (u INT REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE)",
    "CREATE INDEX i ON t (a, b DESC)",
    "CREATE VIEW v AS SELECT a FROM t",
    "ALTER TABLE t ADD COLUMN x INT",
    "BEGIN; UPDATE t SET a = 1 WHERE b = 2; COMMIT;",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "SELECT * FROM t FOR UPDATE",
    "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = u.a",
    "SELECT date_trunc('day', ts) FROM t GROUP BY 1",
    "SELECT a FROM t WHERE b BETWEEN 1 AND 5",
    "GRANT SELECT ON t TO reader",
    "SELECT replace(a, '--', '-') FROM t",
];

#[test]
fn usual_statements_pass_as_statements() {
    for text in STATEMENTS {
        let report = scan(text, Mode::Statement);
        assert!(!report.is_blocked(), "{text}: {}", report.explain());
    }
}

#[test]
fn statements_that_destroy_are_blocked() {
    for text in [
        "DROP TABLE users",
        "drop database shop;",
        "TRUNCATE TABLE users",
        "DELETE FROM users",
        "DELETE FROM users WHERE 1=1",
        "DELETE FROM users WHERE true;",
        "UPDATE users SET role = 'admin'",
        "WITH x AS (SELECT 1) DELETE FROM users",
        "ALTER TABLE users DROP COLUMN name",
        "GRANT ALL ON users TO public",
        "CREATE USER eve",
        "SELECT 1; DROP TABLE users",
        "SELECT * FROM t; INSERT INTO admins VALUES ('eve')",
        "SELECT * FROM t WHERE id = 1 OR 1=1",
        "SELECT * FROM t WHERE name = '' OR 'a'='a'",
        "SELECT * FROM t WHERE name = 'admin'--' AND password = ''",
        "SELECT pg_sleep(10)",
        "SELECT * FROM t INTO OUTFILE '/tmp/x'",
    ] {
        assert!(scan(text, Mode::Statement).is_blocked(), "{text}");
    }
}
