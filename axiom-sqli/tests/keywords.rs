//! The table of words is what `script/keywords.py` makes of `script/keywords.txt`, line by line.

use std::collections::BTreeMap;

const SOURCE: &str = include_str!("../script/keywords.txt");
const TABLE: &str = include_str!("../src/keyword/table.rs");

const DIALECTS: [(&str, &str); 6] = [
    ("", "ANY"),
    ("MySQL", "MYSQL"),
    ("Oracle", "ORACLE"),
    ("PostgreSQL", "POSTGRESQL"),
    ("SQLite", "SQLITE"),
    ("SQL Server", "SQL_SERVER"),
];

#[test]
fn the_table_is_what_the_script_makes_of_its_source() {
    let mut words = BTreeMap::new();
    for line in SOURCE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (head, list) = line.split_once(':').expect("a role, a colon and words");
        let (role, name) = head.split_once(' ').unwrap_or((head, ""));
        let (_, dialect) = DIALECTS.iter().find(|(known, _)| *known == name).expect("a known dialect");
        for word in list.split_whitespace() {
            let row = format!("    keyword(\"{word}\", Role::{role}, Dialects::{dialect}),");
            assert_eq!(words.insert(word, row), None, "{word} stands twice");
        }
    }
    let table: Vec<_> = TABLE.lines().filter(|line| line.starts_with("    keyword(")).collect();
    assert_eq!(table, words.values().collect::<Vec<_>>(), "run `python3 axiom-sqli/script/keywords.py`");
    assert!(TABLE.contains(&format!("[Keyword; {}]", words.len())));
}

#[test]
fn the_source_names_where_its_words_are_from() {
    for manual in ["PostgreSQL", "MySQL", "Transact-SQL", "Oracle", "SQLite"] {
        assert!(SOURCE.lines().any(|line| line.starts_with('#') && line.contains(manual)), "{manual}");
    }
}
