//! Every attack of the rules and of a list, written in other ways.

use axiom_sqli::{Category, Mode, rules, scan};

mod attacks;

/// The attacks of each category.
const ATTACKS: [(Category, &[&str]); 7] = [
    (Category::BooleanBlind, attacks::BOOLEAN_BLIND),
    (Category::CommentObfuscation, attacks::COMMENT_OBFUSCATION),
    (Category::ErrorBased, attacks::ERROR_BASED),
    (Category::ExfilFile, attacks::EXFIL_FILE),
    (Category::Stacked, attacks::STACKED),
    (Category::TimeBlind, attacks::TIME_BLIND),
    (Category::Union, attacks::UNION),
];

/// Another way to write the same; `None` where it would not be the same.
type Mutation = (&'static str, fn(&str) -> Option<String>);

const MUTATIONS: [Mutation; 32] = [
    ("as it is", |attack| Some(attack.to_owned())),
    ("upper case", |attack| (!attack.contains('\\')).then(|| attack.to_uppercase())),
    ("mixed case", mixed_case),
    ("tabs", |attack| blanks(attack, "\t")),
    ("carriage returns", |attack| blanks(attack, "\r")),
    ("line ends", |attack| blanks_of_code(attack, "\r\n")),
    ("vertical tabs", |attack| blanks(attack, "\u{b}")),
    ("form feeds", |attack| blanks(attack, "\u{c}")),
    ("zero bytes", |attack| blanks(attack, "\0")),
    ("control characters", |attack| blanks(attack, "\u{1}\u{1f}")),
    ("no-break spaces", |attack| blanks(attack, "\u{a0}")),
    ("blanks of a URL", |attack| blanks(attack, "%20")),
    ("line ends of a URL", |attack| blanks_of_code(attack, "%0a")),
    ("many blanks", |attack| blanks(attack, "          ")),
    ("comments", |attack| blanks(attack, "/**/")),
    ("comments in comments", |attack| blanks(attack, "/*/**/*/")),
    ("comments with text", |attack| blanks_of_code(attack, " /* a, b */ ")),
    ("empty version comments", |attack| blanks(attack, "/*!*/")),
    ("comments to the end of the line", |attack| blanks_of_code(attack, " -- x\n")),
    ("hashes to the end of the line", |attack| blanks_of_code(attack, "#x\n")),
    ("more behind it", |attack| ends_open(attack).then(|| format!("{attack} -- -"))),
    ("a comment that SQL Server does not log", |attack| ends_open(attack).then(|| format!("{attack}-- sp_password"))),
    ("blanks around it", |attack| Some(format!("  {attack} \n"))),
    ("another number", |attack| behind_value(attack, "-12345")),
    ("a fraction", |attack| behind_value(attack, "1.5")),
    ("a long sum", |attack| behind_value(attack, &"1+".repeat(2000))),
    ("in a string", |attack| behind_string(attack, "x'")),
    ("in a string of double quotes", |attack| behind_string(attack, "x\"")),
    ("in a string in parentheses", |attack| behind_string(attack, "x')")),
    ("in a string in a call", |attack| behind_string(attack, "x'))")),
    ("behind an escaped quote", |attack| behind_string(attack, "\\'")),
    ("behind ten kilobytes of prose", |attack| behind_string(attack, &("lorem ipsum ".repeat(850) + "'"))),
];

/// Whether something may stand behind `attack`: it does not end with a comment.
fn ends_open(attack: &str) -> bool {
    !attack.contains("--") && !attack.contains('#') && !attack.ends_with("/*")
}

/// What must not be written in another way.
fn is_fixed(attack: &str) -> bool {
    attack.contains(['\'', '"', '$', '[', '`'])
}

fn mixed_case(attack: &str) -> Option<String> {
    let flip = |(place, letter): (usize, char)| if place % 2 == 0 { letter.to_ascii_uppercase() } else { letter };
    (!attack.contains('\\')).then(|| attack.chars().enumerate().map(flip).collect())
}

/// `attack` with `blank` for every blank.
fn blanks(attack: &str, blank: &str) -> Option<String> {
    (!is_fixed(attack)).then(|| attack.replace(' ', blank))
}

/// The same for blanks that end a comment.
fn blanks_of_code(attack: &str, blank: &str) -> Option<String> {
    ends_open(attack).then(|| blanks(attack, blank))?
}

/// `attack` behind another value than 1.
fn behind_value(attack: &str, value: &str) -> Option<String> {
    let rest = attack.strip_prefix('1').filter(|rest| !rest.starts_with(['.', 'e', '0']))?;
    Some(format!("{value}{}{rest}", if value.ends_with('+') { "1" } else { "" }))
}

/// `attack` behind the end of the host's string, with a comment for what the host has there.
fn behind_string(attack: &str, end: &str) -> Option<String> {
    let rest = attack.strip_prefix('1').filter(|rest| rest.starts_with([' ', ';', '|', '&', '-', '*', '^', '/']))?;
    ends_open(attack).then(|| format!("{end}{rest} -- -"))
}

#[test]
fn every_attack_is_blocked_in_every_dress() {
    let mut passed = Vec::new();
    for attack in ATTACKS.iter().flat_map(|(_, attacks)| *attacks) {
        for (name, mutate) in MUTATIONS {
            if let Some(mutated) = mutate(attack).filter(|mutated| !scan(mutated, Mode::Field).is_blocked()) {
                passed.push((name, *attack, mutated));
            }
        }
    }
    assert!(passed.is_empty(), "{}: {passed:#?}", passed.len());
}

#[test]
fn whole_inputs_are_blocked_in_any_case() {
    let passed: Vec<_> = attacks::INPUTS
        .iter()
        .flat_map(|input| [(*input).to_owned(), mixed_case(input).unwrap_or_default(), format!(" {input}")])
        .filter(|input| !input.is_empty() && !scan(input, Mode::Field).is_blocked())
        .collect();
    assert!(passed.is_empty(), "{}: {passed:#?}", passed.len());
}

#[test]
fn every_attack_has_its_category() {
    for (category, attacks) in ATTACKS {
        for attack in attacks {
            let categories = scan(attack, Mode::Field).categories;
            assert!(categories.contains(category), "{attack}: {:?}", categories.iter().collect::<Vec<_>>());
        }
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

#[test]
fn a_number_that_is_doubled_is_no_prose() {
    for (attack, prose) in
        [("1 or 1", "1 or 2"), ("7||7", "0 or .5"), ("2 and 2", "10 and 1/2"), ("3 or true", "3 or \"x\"")]
    {
        assert!(scan(attack, Mode::Field).is_blocked(), "{attack}");
        assert!(!scan(prose, Mode::Field).is_blocked(), "{prose}");
    }
}
