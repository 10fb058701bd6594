//! Texts to scan: attacks, prose and statements, made from a few of each.

/// Attacks, of some hundred bytes each.
pub(crate) fn attacks() -> Vec<String> {
    let columns = ["1,2,3,4,5,6", "null,null,concat(user(),0x3a,version()),null", "1,group_concat(table_name),3"];
    let tables = ["users", "information_schema.tables where table_schema=database()", "admins limit 0,1"];
    let probes = ["1=1", "ascii(substring((select password from users limit 0,1),1,1))>64", "sleep(5)", "'a'='a"];
    let mut attacks = Vec::new();
    for number in 0..24 {
        for quote in ["", "'", "\"", "')"] {
            for probe in probes {
                attacks.push(format!("{number}{quote} and {probe}"));
            }
            for (column, table) in columns.iter().zip(tables) {
                attacks.push(format!("-{number}{quote} union select {column} from {table}--"));
                attacks.push(format!("{number}{quote}; insert into {table} values ({column}); --"));
            }
        }
    }
    attacks
}

/// Lines of prose.
pub(crate) fn prose() -> Vec<String> {
    let subjects = ["The committee", "Sean O'Brien", "Our new \"cordless\" drill", "A table of 12 or more", "Nobody"];
    let verbs = ["selected the best of the offers", "drops prices by 10 % from today", "updates its list and sends it"];
    let ends = ["before the union meets again.", "where the others did not; well done!", "(see page 24), as in 2019."];
    let mut lines = Vec::new();
    for subject in subjects {
        for verb in verbs {
            lines.extend(ends.iter().map(|end| format!("{subject} {verb} {end}")));
        }
    }
    lines
}

/// Statements that programs write.
pub(crate) fn statements() -> Vec<String> {
    let lists = ["id, name, email", "count(*) AS total, max(created_at)", "u.id, o.total, o.status"];
    let filters = ["id = 17", "status IN ('open', 'paid') AND total > 100", "name LIKE 'a%' OR name IS NULL"];
    let tails = ["", " ORDER BY 1 DESC LIMIT 50", " GROUP BY status HAVING count(*) > 3"];
    let mut statements = vec!["INSERT INTO orders (id, total) VALUES (1, 99.5), (2, 12)".to_owned()];
    for list in lists {
        for filter in filters {
            statements.push(format!("UPDATE orders SET status = 'paid', total = 12.5 WHERE {filter}"));
            statements.extend(tails.iter().map(|tail| format!("SELECT {list} FROM orders o WHERE {filter}{tail}")));
        }
    }
    statements
}
