//! What must pass: what people write, and what programs ask.

use axiom_sqli::{Mode, scan};

mod texts;

#[test]
fn texts_pass_as_a_field_and_as_a_prompt() {
    for text in texts::TEXTS {
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
        "Delete from the report what is older than a year",
        "Why does `SELECT * FROM t WHERE a = NULL` return nothing?",
        "In PostgreSQL, order by 1 sorts by the first column; is that true in MySQL?",
        "You can insert into a view, or update it, if it has no group by.",
        "Use `count(*)` or `count(1)`; they are the same.",
        "He wrote \"select * from users\" in the ticket, and it's still open.",
        "The CASE expression ends with END; and WHEN comes before THEN.",
        "I get an error near ')' when I run INSERT INTO t (a, b) VALUES (1, 2",
    ] {
        let report = scan(text, Mode::Prompt);
        assert!(!report.is_blocked(), "{text}: {}", report.explain());
    }
}

#[test]
fn long_texts_pass() {
    let text = texts::TEXTS.iter().filter(|text| !text.contains(['\'', '"'])).copied().collect::<Vec<_>>();
    for separator in ["\n", " ", ". "] {
        let paragraphs = text.chunks(12).map(|lines| lines.join(separator)).collect::<Vec<_>>();
        let blocked: Vec<_> = paragraphs.iter().filter(|text| scan(text, Mode::Prompt).is_blocked()).collect();
        assert!(blocked.is_empty(), "{blocked:#?}");
    }
}
