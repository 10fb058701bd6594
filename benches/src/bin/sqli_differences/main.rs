//! Where the scanner and the Rust port of libinjection judge differently, on inputs of which it is known what they are.
//!
//! ```text
//! cargo run --release -p axiom-benches --bin sqli_differences > axiom-sqli/DIFFERENCES.md
//! ```
//!
//! Every run makes the same inputs, and prints the page.

#![forbid(unsafe_code)]

use axiom_sqli::{Mode, scan};

mod inputs;

use inputs::{Input, Inputs, SORTS, Sort};

/// How many inputs there are of a sort.
const INPUTS: usize = 2000;
/// How many examples are shown of a difference.
const EXAMPLES: usize = 3;

/// How the two judged the inputs of a sort.
#[derive(Default)]
struct Row {
    both: usize,
    neither: usize,
    ours: Vec<String>,
    theirs: Vec<String>,
}

impl Row {
    fn of(sort: &'static Sort, inputs: &mut Inputs) -> Self {
        let mut row = Self::default();
        for _ in 0..INPUTS {
            let Input { text, sort } = inputs.draw(sort);
            let ours = scan(&text, sort.mode).is_blocked();
            let theirs = libinjectionrs::detect_sqli(text.as_bytes()).is_injection();
            match (ours, theirs) {
                (true, true) => row.both += 1,
                (false, false) => row.neither += 1,
                (true, false) => row.ours.push(text),
                (false, true) => row.theirs.push(text),
            }
        }
        row
    }
}

fn main() {
    let mut inputs = Inputs::new(0x9e37_79b9_7f4a_7c15);
    let rows: Vec<_> = SORTS.iter().map(|sort| (sort, Row::of(sort, &mut inputs))).collect();
    print!("{HEAD}");
    for (sort, row) in &rows {
        let (ours, theirs) = (row.ours.len(), row.theirs.len());
        println!("| {} | {} | {ours} | {theirs} | {} | {} |", sort.name, row.both, row.neither, verdict(sort, row));
    }
    println!("\n## Examples\n");
    for (sort, row) in &rows {
        examples(sort, "only this scanner", &row.ours);
        examples(sort, "only libinjection", &row.theirs);
    }
}

/// Who is right where the two differ.
fn verdict(sort: &Sort, row: &Row) -> String {
    let (right, wrong) = if sort.is_attack { (&row.ours, &row.theirs) } else { (&row.theirs, &row.ours) };
    let ours = if sort.mode == Mode::Statement { "a matter of mode" } else { "ours" };
    match (right.len(), wrong.len()) {
        (0, 0) => "they agree".to_owned(),
        (right, 0) => format!("{ours}: {right}"),
        (0, wrong) => format!("theirs: {wrong}"),
        (right, wrong) => format!("{ours}: {right}, theirs: {wrong}"),
    }
}

fn examples(sort: &Sort, who: &str, texts: &[String]) {
    let step = (texts.len() / EXAMPLES).max(1);
    for text in texts.iter().step_by(step).take(EXAMPLES) {
        println!("- {}, blocked by {who}: `` {} ``", sort.name, text.escape_debug());
    }
}

const HEAD: &str = "\
# Where this scanner and libinjection differ

Written by `cargo run --release -p axiom-benches --bin sqli_differences > axiom-sqli/DIFFERENCES.md`, which makes 2,000
inputs of each sort from a grammar, always the same ones, and asks both this scanner and `libinjectionrs` 0.1. It is known
of each input what it is, so that it is known who is right: whoever blocks an attack and passes the rest. libinjection has
no modes; where a whole statement is scanned in mode `Statement`, what it says is no fault of its own.

| inputs | both block | only ours | only theirs | neither | right where they differ |
|---|---:|---:|---:|---:|---|
";
