//! Inputs that a small grammar makes: always the same ones, and it is known of each what it is.

use axiom_sqli::Mode;

/// An input, and what it is.
pub(crate) struct Input {
    pub(crate) sort: &'static Sort,
    pub(crate) text: String,
}

/// A sort of inputs.
#[derive(Debug)]
pub(crate) struct Sort {
    pub(crate) name: &'static str,
    pub(crate) is_attack: bool,
    pub(crate) mode: Mode,
    /// Texts with `{n}` for a number, `{w}` for a word, `{b}` for a blank.
    templates: &'static [&'static str],
    behind: Behind,
}

/// What the template stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    /// The end of a value of the host's.
    Value,
    /// The end of a value, with a filler before it.
    Filler,
}

/// Makes inputs.
pub(crate) struct Inputs {
    state: u64,
}

impl Inputs {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// An input of `sort`.
    pub(crate) fn draw(&mut self, sort: &'static Sort) -> Input {
        let template = self.one(sort.templates);
        let text = match sort.behind {
            Behind::Nothing => template.to_owned(),
            Behind::Value | Behind::Filler => {
                let filler = if sort.behind == Behind::Filler { self.one(FILLERS) } else { "" };
                let (end, tail) = ENDS[self.below(ENDS.len())];
                format!("{filler}{end}{template}{tail}")
            }
        };
        let blank = if sort.is_attack && sort.behind != Behind::Nothing { self.one(BLANKS) } else { " " };
        let mut text = text.replace("{b}", blank);
        while let Some(at) = text.find("{n}") {
            text.replace_range(at..at + 3, &self.below(900).to_string());
        }
        while let Some(at) = text.find("{w}") {
            let word = self.one(WORDS);
            text.replace_range(at..at + 3, word);
        }
        Input { sort, text }
    }

    fn one(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// A number below `end` (xorshift64*).
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }
}

/// How the host's value ends, and what the attacker does about what the host has behind it.
const ENDS: &[(&str, &str)] = &[
    ("{n}", ""),
    ("-{n}", "{b}-- -"),
    ("{n})", "{b}-- -"),
    ("{w}'", "{b}-- -"),
    ("{w}')", "#"),
    ("{w}\"", "{b}-- -"),
    ("'", "#"),
    ("{w}'))", "{b}--"),
];

/// What a scanner with a window does not see past.
const FILLERS: &[&str] = &[
    "1+2+3+4+5+",
    "(1)-(2)-(3)-",
    "{n},{n},{n},{n},{n},",
    "select 1; select 2; select 3; select ",
    "/* a */ 1 /* b */ * /* c */ 2 /* d */ * ",
    "[{w}].[{w}]=[{w}] and [{w}]=",
];

const BLANKS: &[&str] = &[" ", " ", "\t", "\n", "/**/", "  "];

const WORDS: &[&str] = &[
    "alice",
    "paris",
    "blue",
    "lamp",
    "users",
    "orders",
    "table",
    "price",
    "market",
    "garden",
    "letter",
    "summer",
    "total",
    "name",
    "report",
    "committee",
    "station",
    "window",
    "coffee",
    "music",
];

const fn attack(name: &'static str, behind: Behind, templates: &'static [&'static str]) -> Sort {
    Sort { name, is_attack: true, mode: Mode::Field, templates, behind }
}

const fn benign(name: &'static str, mode: Mode, templates: &'static [&'static str]) -> Sort {
    Sort { name, is_attack: false, mode, templates, behind: Behind::Nothing }
}

/// Every sort.
pub(crate) static SORTS: &[Sort] = &[
    attack("attack: union", Behind::Value, UNION),
    attack("attack: boolean blind", Behind::Value, BOOLEAN),
    attack("attack: time blind", Behind::Value, TIME),
    attack("attack: stacked", Behind::Value, STACKED),
    attack("attack: error based", Behind::Value, ERROR),
    attack("attack: files", Behind::Value, FILES),
    attack("attack: behind a filler", Behind::Filler, BOOLEAN),
    attack("attack: operators of one dialect", Behind::Value, DIALECT),
    attack("attack: insert and update values", Behind::Nothing, SPLICES),
    Sort {
        name: "attack: a whole statement that destroys",
        is_attack: true,
        mode: Mode::Statement,
        templates: DESTRUCTIVE,
        behind: Behind::Nothing,
    },
    benign("benign: names and apostrophes", Mode::Field, NAMES),
    benign("benign: measures and sums", Mode::Field, MEASURES),
    benign("benign: prose with words of SQL", Mode::Field, PROSE),
    benign("benign: code, logs and searches", Mode::Field, CODE),
    benign("benign: statements of programs", Mode::Statement, STATEMENTS),
];

const UNION: &[&str] = &[
    "{b}union{b}select{b}{n},{n},{n}",
    "{b}union{b}all{b}select{b}null,null",
    "{b}union{b}distinct{b}select{b}{w},password{b}from{b}users",
    "{b}union(select(1),2,(3))",
    "{b}union{b}select{b}group_concat(table_name){b}from{b}information_schema.tables",
    "{b}union{b}table{b}{w}",
    "{b}union{b}values{b}row({n},{n})",
    "{b}and{b}1=2{b}union{b}select{b}@@version",
    "{b}limit{b}1{b}union{b}select{b}{n}",
];

const BOOLEAN: &[&str] = &[
    "{b}or{b}{n}={n}",
    "{b}and{b}'{w}'='{w}'",
    "{b}or{b}{n}{b}between{b}1{b}and{b}900",
    "{b}or{b}not{b}{n}={n}",
    "{b}and{b}ascii(substr((select{b}password{b}from{b}users{b}limit{b}1),{n},1))>{n}",
    "{b}or{b}exists(select{b}1{b}from{b}{w})",
    "{b}and{b}length(database())={n}",
    "{b}or{b}{w}{b}like{b}'%{w}%'",
    "{b}or{b}{w}{b}is{b}not{b}null",
    "{b}and{b}(select{b}count(*){b}from{b}{w})>{n}",
    "{b}xor{b}{n}={n}",
    "{b}or{b}case{b}when{b}1=1{b}then{b}1{b}else{b}0{b}end=1",
];

const TIME: &[&str] = &[
    "{b}and{b}sleep({n})",
    "{b}or{b}if({n}={n},sleep({n}),0)",
    "{b}and{b}(select{b}*{b}from{b}(select(sleep({n})))a)",
    "{b}and{b}benchmark({n}00000,md5({n}))",
    ";{b}select{b}pg_sleep({n})",
    ";{b}waitfor{b}delay{b}'0:0:5'",
    "{b}or{b}dbms_pipe.receive_message('a',{n})=1",
    "{b}and{b}{n}=(select{b}count(*){b}from{b}generate_series(1,{n}00000))",
    "{b}and{b}{n}=like('a',upper(hex(randomblob({n}00000))))",
];

const STACKED: &[&str] = &[
    ";{b}drop{b}table{b}{w}",
    ";{b}insert{b}into{b}{w}{b}values({n},{n})",
    ";{b}update{b}{w}{b}set{b}price={n}{b}where{b}name='{w}'",
    ";{b}delete{b}from{b}{w}",
    ";{b}exec{b}master..xp_cmdshell{b}'dir'",
    ";{b}declare{b}@x{b}varchar(99)",
    ";{b}create{b}user{b}{w}{b}identified{b}by{b}'{w}'",
    ";{b}copy{b}{w}{b}from{b}program{b}'id'",
    ";{b}attach{b}database{b}'/tmp/{w}'{b}as{b}x",
    ";{b}call{b}{w}({n})",
    ";{b}set{b}global{b}general_log=1",
    ";{b}merge{b}into{b}{w}{b}using{b}x{b}on{b}(1=1){b}when{b}matched{b}then{b}delete",
    ";{b}begin{b}execute{b}immediate{b}'{w}';{b}end",
    ";{b}handler{b}{w}{b}open",
    ";{b}shutdown",
];

const ERROR: &[&str] = &[
    "{b}and{b}extractvalue({n},concat(0x7e,version()))",
    "{b}or{b}updatexml({n},concat(0x7e,user()),1)",
    "{b}and{b}gtid_subset(user(),{n})",
    "{b}and{b}{n}=convert(int,@@version)",
    "{b}and{b}{n}=cast((select{b}version()){b}as{b}int)",
    "{b}and{b}exp(~(select{b}*{b}from(select{b}user())x))",
    "{b}procedure{b}analyse(extractvalue({n},concat(1,version())),1)",
    "{b}and{b}{n}=ctxsys.drithsx.sn({n},user)",
];

const FILES: &[&str] = &[
    "{b}into{b}outfile{b}'/tmp/{w}'",
    "{b}union{b}select{b}load_file('/etc/passwd')",
    "{b}and{b}load_file(0x2f6574632f706173737764)",
    ";{b}select{b}pg_read_file('/etc/passwd')",
    ";{b}load{b}data{b}infile{b}'/etc/passwd'{b}into{b}table{b}{w}",
    "{b}or{b}utl_http.request('http://{w}.example/')={n}",
];

const DIALECT: &[&str] = &[
    "{b}or{b}{n}=={n}",
    "{b}or{b}{n}<=>{n}",
    "{b}or{b}'{w}'{b}similar{b}to{b}'{w}'",
    "{b}or{b}'{w}'{b}is{b}distinct{b}from{b}'{w}'",
    "{b}or{b}'{w}'{b}~*{b}'{w}'",
    "{b}or{b}[{w}]=[{w}]",
    "{b}or{b}{x{b}{n}}={n}",
    "{b}or{b}'{\"a\":1}'::jsonb{b}@>{b}'{\"a\":1}'::jsonb",
    "{b}or{b}'{\"b\":2}'::jsonb{b}<@{b}'{\"a\":1}'::jsonb",
    "{b}or{b}json_extract('{\"a\":1}','$.a')={n}",
    "{b}or{b}$${w}$$=$${w}$$",
    "{b}or{b}1.e(ascii(1.e(password)))={n}",
    "{b}or{b}array[{n}]={b}array[{n}]",
    "{b}or{b}q'[{w}]'=q'[{w}]'",
    "{b}or{b}?1=?2",
    "{b}or{b}now(){b}at{b}time{b}zone{b}'{w}'>{n}",
];

const SPLICES: &[&str] = &[
    "',(select version()),'",
    "{w}','{w}'),('{w}','{w}')-- -",
    "{n}),({n},(select password from users limit 1))-- -",
    "'||(select version())||'",
    "{w}',role='admin' where name='{w}'-- -",
    "'-(select {n})-'",
    "{n},(case when 1=1 then {n} else {n} end)",
];

const DESTRUCTIVE: &[&str] = &[
    "DROP TABLE {w}",
    "TRUNCATE TABLE {w}",
    "DELETE FROM {w}",
    "DELETE FROM {w} WHERE 1=1",
    "UPDATE {w} SET price = {n}",
    "GRANT ALL ON {w} TO public",
    "SELECT name FROM {w}; DROP TABLE {w}",
];

const NAMES: &[&str] = &[
    "Sean O'Brien",
    "O'Connor and O'Neal",
    "d'Artagnan or d'Arc",
    "the {w}'s {w} and the {w}'s {w}",
    "{w} 'n' {w}",
    "l'{w} ou l'{w}",
    "It's a {w}; don't order it",
    "\"{w}\" or '{w}'",
    "he said '{w}', and left",
];

const MEASURES: &[&str] = &[
    "{n}c",
    "{n} or {n}",
    "{n} and {n}",
    "{n}' {n}\" or taller",
    "{n}\" x {n}\" {w}",
    "{n}-{n}-TEAM",
    "{n}/{n} or {n}/{n}",
    "{n} + {n} = {n}",
    "{n}:30 or {n}:45",
    "({n}) {n}-{n}",
    "{n}% off & more",
    "{n} -- {n}",
    "f({n}",
];

const PROSE: &[&str] = &[
    "select a {w} from the {w}",
    "order by {w} or call {n}",
    "the union selects its {w}",
    "drop the {w} off at table {n}",
    "insert {w} into {w}; press start",
    "update your {w} and set a {w}",
    "delete the {w} where possible",
    "having {n} or more {w}",
    "{n} {w} and {n} {w} or less",
    "like it or not",
    "group by {w}, then by {w}",
    "{w} is not {w}",
    "sleep ({n} hours) and eat",
    "create a {w} for {n}",
];

const CODE: &[&str] = &[
    "if (a == {n} && b || c) { return {n}; }",
    "x = {w} or {w}",
    "for i in range({n}): print(i)",
    "// {w}: it's {w}",
    "\"{w} {w}\" -{w} or {w}",
    "a=1&b={n}#{w}",
    "{w}; {w}={n}; {w}={w}",
    "2024-01-{n} ERROR can't open '{w}' -- skipping",
    "#{n} {w}",
    "{w}({n}) and {w}({n})",
    "{w}->{w} == {n} ? '{w}' : '{w}'",
    "SELECT!",
    "/{w}/{w}?id={n}&order_by={w}",
];

const STATEMENTS: &[&str] = &[
    "SELECT name, price FROM {w} WHERE id = {n} AND name = '{w}'",
    "SELECT count(*) FROM {w} WHERE price > {n} OR name LIKE '%{w}%' GROUP BY name",
    "SELECT id FROM {w} UNION ALL SELECT id FROM {w} ORDER BY 1 LIMIT {n}",
    "INSERT INTO {w} (name, price) VALUES ('{w}', {n}), ('{w}', {n})",
    "UPDATE {w} SET price = {n} WHERE id = {n}",
    "DELETE FROM {w} WHERE id = {n}",
    "BEGIN; UPDATE {w} SET price = {n} WHERE id = {n}; COMMIT;",
    "WITH x AS (SELECT {n} AS n) SELECT * FROM {w} JOIN x ON x.n = price",
    "SELECT * FROM {w} WHERE 1=1 AND name = '{w}' -- it's {w}",
    "CREATE TABLE {w} (id INT PRIMARY KEY, name TEXT)",
];
