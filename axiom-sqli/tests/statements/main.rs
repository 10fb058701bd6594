//! Mode `Statement`: usual statements pass, and the same with an attack in place of a value do not.

use axiom_sqli::{Mode, scan};

mod grammar;
mod usual;

use grammar::Generator;

/// Every usual statement.
fn usual() -> impl Iterator<Item = &'static str> {
    [usual::DEFINITIONS, usual::CHANGES, usual::QUERIES, usual::SESSIONS].into_iter().flatten().copied()
}

#[test]
fn usual_statements_pass() {
    let blocked: Vec<_> = usual()
        .map(|statement| (statement, scan(statement, Mode::Statement)))
        .filter(|(_, report)| report.is_blocked())
        .map(|(statement, report)| format!("{statement}\n{}", report.explain()))
        .collect();
    assert!(blocked.is_empty(), "{}: {blocked:#?}", blocked.len());
}

#[test]
fn statements_of_a_grammar_pass() {
    let mut make = Generator::new(1);
    let mut blocked = Vec::new();
    for _ in 0..STATEMENTS {
        let statement = make.statement();
        let report = scan(&statement, Mode::Statement);
        if report.is_blocked() {
            blocked.push(format!("{statement}\n{}", report.explain()));
        }
    }
    // What is left are conditions that are always true: `total <= total`.
    assert!(blocked.len() * 1000 <= STATEMENTS, "{}: {:#?}", blocked.len(), &blocked[..blocked.len().min(20)]);
}

/// What an attacker gives where a statement has a text in quotation marks.
const TEXTS: &[&str] = &[
    "x' or '1'='1",
    "x' or 1=1-- -",
    "x' or 1=1#",
    "x' or 2>1-- -",
    "x' or true-- -",
    "x' or ''='",
    "x' or 'a' like 'a",
    "x' or not 'a'='b",
    "x') or ('1'='1",
    "x' or exists(select 1 from users)-- -",
    "x' or id is not null-- -",
    "admin'-- -",
    "admin'#",
    "x' order by 10-- -",
    "x' union select 1,2,3-- -",
    "x' union all select null,password from users-- -",
    "x' and sleep(5)-- -",
    "x' and (select 1 from (select sleep(5))x)-- -",
    "x'||pg_sleep(5)||'",
    "x' and benchmark(1000000,md5(1)) and '1'='1",
    "x' and extractvalue(1,concat(0x7e,version()))-- -",
    "x' and updatexml(1,concat(1,user()),1) and '1'='1",
    "x' and 1=cast((select version()) as int)-- -",
    "x' and ascii(substr((select password from users limit 1),1,1))>64-- -",
    "x' into outfile '/tmp/x'-- -",
    "x' and load_file('/etc/passwd')-- -",
    "x'; drop table users-- -",
    "x'; delete from users-- -",
    "x'; waitfor delay '0:0:5'-- -",
    "x'; exec xp_cmdshell 'dir'-- -",
    "x'; insert into admins values(1)-- -",
];

/// What an attacker gives where a statement has a number.
const NUMBERS: &[&str] = &[
    "1 or 1=1",
    "1 or 'a'='a'",
    "1 or true",
    "1 or not false",
    "1||1=1",
    "-1 or 1=1 -- -",
    "1 union select 1,2,3",
    "1 and sleep(5)",
    "if(1=1,sleep(5),0)",
    "(select sleep(5))",
    "1 and extractvalue(1,concat(0x7e,version()))",
    "1 and ascii(substr((select password from users limit 1),1,1))>64",
    "1 into outfile '/tmp/x'",
    "1 procedure analyse(extractvalue(1,concat(1,version())),1)",
    "1; drop table users",
    "1; delete from users",
    "1; waitfor delay '0:0:5'",
];

#[test]
fn attacks_in_place_of_a_value_are_blocked() {
    let mut make = Generator::new(2);
    let (mut all, mut passed) = (0, Vec::new());
    for _ in 0..500 {
        let (before, after) = make.around_value();
        let texts = TEXTS.iter().map(|text| format!("{before}'{text}'{after}"));
        for statement in texts.chain(NUMBERS.iter().map(|number| format!("{before}{number}{after}"))) {
            all += 1;
            if !scan(&statement, Mode::Statement).is_blocked() {
                passed.push(statement);
            }
        }
    }
    assert!(passed.len() * 100 <= all, "{} of {all}: {:#?}", passed.len(), &passed[..passed.len().min(20)]);
}

const STATEMENTS: usize = 20_000;

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
