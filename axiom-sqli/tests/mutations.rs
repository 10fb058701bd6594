//! Every attack of the rules and of a list, written in other ways.

use axiom_sqli::{Category, Mode, rules, scan};

/// Attacks on fields, one of each kind that the scanner knows.
const ATTACKS: [(&str, Category); 38] = [
    ("-1 union select 1,2,3", Category::Union),
    ("x' union all select null,null from users --", Category::Union),
    ("1) union select password from users --", Category::Union),
    ("1 union values (1,2)", Category::Union),
    ("1 or 1=1", Category::BooleanBlind),
    ("1' or '1'='1", Category::BooleanBlind),
    ("1\" or \"1\"=\"1", Category::BooleanBlind),
    ("x') or ('1'='1", Category::BooleanBlind),
    ("1 or 2 between 1 and 3", Category::BooleanBlind),
    ("1 and ascii(substring(user(),1,1))>64", Category::BooleanBlind),
    ("1 and (select count(*) from users)>0", Category::BooleanBlind),
    ("1 or name like 'a%'", Category::BooleanBlind),
    ("1 or not 1=2", Category::BooleanBlind),
    ("1 xor 1=1", Category::BooleanBlind),
    ("1 or 1 in (1)", Category::BooleanBlind),
    ("1' or data @> '{\"a\":1}' --", Category::BooleanBlind),
    ("1 or exists(select 1)", Category::BooleanBlind),
    ("1 and sleep(5)", Category::TimeBlind),
    ("1' and benchmark(1000000,md5(1)) --", Category::TimeBlind),
    ("1; select pg_sleep(5)", Category::TimeBlind),
    ("1'; waitfor delay '0:0:5' --", Category::TimeBlind),
    ("1 or dbms_pipe.receive_message('a',5)=1", Category::TimeBlind),
    ("1 or if(1=1,sleep(5),0)", Category::TimeBlind),
    ("1; drop table users", Category::Stacked),
    ("1'; insert into users values(1,2) --", Category::Stacked),
    ("1; update users set admin=1 where id=7", Category::Stacked),
    ("1; delete from users where id=7", Category::Stacked),
    ("1; exec master..xp_cmdshell 'dir'", Category::Stacked),
    ("1; declare @x varchar(99)", Category::Stacked),
    ("1; if (1=1) select 1", Category::Stacked),
    ("1; shutdown", Category::Stacked),
    ("1; grant all on users to public", Category::Stacked),
    ("1 and extractvalue(1,concat(0x7e,version()))", Category::ErrorBased),
    ("1 and updatexml(1,concat(0x7e,user()),1)", Category::ErrorBased),
    ("1 procedure analyse(1,1)", Category::ErrorBased),
    ("1 union select load_file('/etc/passwd')", Category::ExfilFile),
    ("1 into outfile '/tmp/x'", Category::ExfilFile),
    ("1; load data infile '/etc/passwd' into table x", Category::ExfilFile),
];

/// Another way to write the same.
type Mutation = (&'static str, fn(&str) -> String);

const MUTATIONS: [Mutation; 16] = [
    ("as it is", str::to_owned),
    ("upper case", str::to_uppercase),
    ("mixed case", |attack| {
        let flip = |(place, letter): (usize, char)| if place % 2 == 0 { letter.to_ascii_uppercase() } else { letter };
        attack.chars().enumerate().map(flip).collect()
    }),
    ("tabs", |attack| blanks(attack, "\t")),
    ("line ends", |attack| blanks(attack, "\r\n")),
    ("vertical tabs", |attack| blanks(attack, "\u{b}")),
    ("form feeds", |attack| blanks(attack, "\u{c}")),
    ("zero bytes", |attack| blanks(attack, "\0")),
    ("control characters", |attack| blanks(attack, "\u{1}\u{1f}")),
    ("comments", |attack| blanks(attack, "/**/")),
    ("comments in comments", |attack| blanks(attack, "/*/**/*/")),
    ("comments with text", |attack| blanks(attack, " /* a, b */ ")),
    ("comments to the end of the line", |attack| blanks(attack, " -- x\n")),
    ("no-break spaces", |attack| blanks(attack, "\u{a0}")),
    ("more behind it", |attack| format!("{attack} -- -")),
    ("a long value", |attack| {
        let quoted = attack.split(' ').next().is_some_and(|first| first.contains(['\'', '"']));
        let filler = if quoted { "lorem ipsum ".repeat(200) } else { "1+".repeat(2000) };
        filler + attack
    }),
];

/// `attack` with `blank` for every blank outside of strings.
fn blanks(attack: &str, blank: &str) -> String {
    // A delay and a path stay whole: no blank stands within the strings of the list.
    attack.replace(' ', blank)
}

#[test]
fn every_attack_is_blocked_in_every_dress() {
    let mut passed = Vec::new();
    for (attack, _) in ATTACKS {
        for (name, mutate) in MUTATIONS {
            let mutated = mutate(attack);
            if !scan(&mutated, Mode::Field).is_blocked() {
                passed.push((name, attack));
            }
        }
    }
    assert!(passed.is_empty(), "{passed:#?}");
}

#[test]
fn every_attack_has_its_category() {
    for (attack, category) in ATTACKS {
        let categories = scan(attack, Mode::Field).categories;
        assert!(categories.contains(category), "{attack}: {:?}", categories.iter().collect::<Vec<_>>());
    }
}

#[test]
fn every_rule_hits_its_own_example() {
    for rule in rules() {
        let report = scan(rule.attack, rule.mode);
        assert!(report.is_blocked(), "{}", rule.id);
        assert!(report.hits().any(|(hit, _)| hit.id == rule.id), "{}", rule.id);
        assert!(report.categories.contains(rule.category), "{}", rule.id);
        let benign = scan(rule.benign, rule.mode);
        assert!(!benign.is_blocked(), "{}: {}", rule.id, benign.explain());
    }
}
