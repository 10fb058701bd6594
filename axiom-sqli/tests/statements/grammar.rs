//! Statements that a small grammar makes: always the same ones, from a seed.

/// Makes statements.
pub(crate) struct Generator(u64);

impl Generator {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, by Knuth's linear congruential generator (MMIX).
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).map_or(0, |number| number % end)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn list(&mut self, most: usize, separator: &str, mut item: impl FnMut(&mut Self) -> String) -> String {
        let length = 1 + self.below(most);
        (0..length).map(|_| item(self)).collect::<Vec<_>>().join(separator)
    }

    /// A statement.
    pub(crate) fn statement(&mut self) -> String {
        let end = self.one(&["", "", ";", " -- nightly", " /* job 7 */"]);
        let body = match self.below(12) {
            0 => self.insert(),
            1 => self.update(),
            2 => format!("DELETE FROM {} WHERE {}", self.table(), self.condition(2)),
            3 => format!("WITH {} AS ({}) {}", self.one(NAMES), self.query(1), self.query(1)),
            4 => format!("{} UNION ALL {} ORDER BY 1", self.query(0), self.query(0)),
            5 => format!("EXPLAIN {}", self.query(1)),
            6 => format!("CREATE VIEW {} AS {}", self.table(), self.query(1)),
            _ => self.query(2),
        };
        let body = if self.below(4) == 0 { body.to_lowercase() } else { body };
        body + end
    }

    /// What stands before and behind a value of a statement.
    pub(crate) fn around_value(&mut self) -> (String, &'static str) {
        let verb = match self.below(4) {
            0 => format!("UPDATE {} SET {} = {}", self.table(), self.name(), self.value()),
            1 => format!("DELETE FROM {}", self.table()),
            _ => format!("SELECT {}, {} FROM {}", self.name(), self.expression(1), self.table()),
        };
        let condition = if self.below(2) == 0 { String::new() } else { self.condition(1) + " AND " };
        let behind = self.one(&["", "", ";", " ORDER BY id", " LIMIT 10", " AND deleted = 0", " OR owner = 7"]);
        (format!("{verb} WHERE {condition}{} = ", self.name()), behind)
    }

    fn insert(&mut self) -> String {
        let columns = 1 + self.below(4);
        let names: Vec<_> = (0..columns).map(|_| self.name()).collect();
        let rows = self.list(3, ", ", |make| {
            let values: Vec<_> = (0..columns).map(|_| make.value()).collect();
            format!("({})", values.join(", "))
        });
        let tail = self.one(&["", " RETURNING id", " ON CONFLICT DO NOTHING", " ON DUPLICATE KEY UPDATE id = id"]);
        format!("INSERT INTO {} ({}) VALUES {rows}{tail}", self.table(), names.join(", "))
    }

    fn update(&mut self) -> String {
        let changes = self.list(3, ", ", |make| format!("{} = {}", make.name(), make.expression(2)));
        format!("UPDATE {} SET {changes} WHERE {}", self.table(), self.condition(2))
    }

    fn query(&mut self, depth: usize) -> String {
        let columns = self.list(4, ", ", |make| make.column(depth));
        let mut query = format!("SELECT {}{columns} FROM {}", self.one(&["", "", "DISTINCT "]), self.table());
        if self.below(2) == 0 {
            let join = self.one(&["JOIN", "LEFT JOIN", "INNER JOIN", "CROSS JOIN"]);
            query += &format!(" {join} {} ON {} = {}", self.table(), self.name(), self.name());
        }
        if self.below(4) > 0 {
            query += &format!(" WHERE {}", self.condition(depth));
        }
        if self.below(4) == 0 {
            query += &format!(" GROUP BY {} HAVING count(*) > {}", self.name(), self.below(50));
        }
        if self.below(3) == 0 {
            query += &format!(" ORDER BY {} {}", self.name(), self.one(&["", "DESC", "ASC", "NULLS LAST"]));
        }
        if self.below(3) == 0 {
            query += &format!(" LIMIT {}", self.below(500));
        }
        query
    }

    fn column(&mut self, depth: usize) -> String {
        let name = if self.below(2) == 0 { format!(" AS {}", self.one(NAMES)) } else { String::new() };
        match self.below(6) {
            0 => "*".to_owned(),
            1 => {
                let (function, argument) = (self.one(&["count", "sum", "max", "min", "avg"]), self.name());
                format!("{function}({argument}){name}")
            }
            2 => format!("CASE WHEN {} THEN {} ELSE {} END{name}", self.condition(0), self.value(), self.value()),
            3 if depth > 0 => format!("({}){name}", self.query(depth - 1)),
            4 => format!("row_number() OVER (PARTITION BY {} ORDER BY {}){name}", self.name(), self.name()),
            _ => format!("{}{name}", self.expression(depth)),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 8 } else { 12 }) {
            0 => format!("{} IS {}NULL", self.name(), self.one(&["", "NOT "])),
            1 => format!("{} IN ({})", self.name(), self.list(4, ", ", Self::value)),
            2 => format!("{} BETWEEN {} AND {}", self.name(), self.value(), self.value()),
            3 => format!("{} LIKE {}", self.name(), self.string()),
            4 => format!("{} = {}", self.name(), self.one(&["?", "$1", ":id", "@id", "%s", "true", "NULL"])),
            5 | 6 => format!("{} {} {}", self.name(), self.one(COMPARE), self.value()),
            7 => format!("{} {} {}", self.expression(0), self.one(COMPARE), self.name()),
            8 => format!("({} OR {})", self.condition(depth - 1), self.condition(depth - 1)),
            9 => format!("NOT ({})", self.condition(depth - 1)),
            10 => {
                let (name, not) = (self.name(), self.one(&["", "NOT "]));
                let query = self.query(depth - 1);
                format!("{name} {not}IN ({query})")
            }
            _ => {
                let logic = self.one(&["AND", "AND", "OR"]);
                format!("{} {logic} {}", self.condition(depth - 1), self.condition(depth - 1))
            }
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 4 } else { 8 }) {
            0 | 1 => self.name(),
            2 => self.value(),
            3 => format!("{} {} {}", self.name(), self.one(&["+", "-", "*", "/", "%", "||"]), self.value()),
            4 => {
                let function = self.one(&["lower", "upper", "trim", "abs", "length", "coalesce", "round", "date"]);
                format!("{function}({})", self.expression(depth - 1))
            }
            5 => format!("coalesce({}, {})", self.expression(depth - 1), self.value()),
            6 => format!("CAST({} AS {})", self.name(), self.one(&["int", "text", "date", "numeric(10,2)"])),
            _ => format!("substring({}, 1, {})", self.name(), self.below(9)),
        }
    }

    fn name(&mut self) -> String {
        let name = self.one(NAMES);
        match self.below(7) {
            0 => format!("\"{name}\""),
            1 => format!("`{name}`"),
            2 => format!("[{name}]"),
            3 => format!("t.{name}"),
            4 => format!("\"t\".\"{name}\""),
            _ => name.to_owned(),
        }
    }

    fn table(&mut self) -> String {
        let (schema, name) = (self.one(&["", "", "public.", "dbo.", "shop."]), self.one(TABLES));
        format!("{schema}{name}")
    }

    fn value(&mut self) -> String {
        match self.below(6) {
            0 => self.below(100_000).to_string(),
            1 => format!("{}.{}", self.below(1000), self.below(100)),
            2 => self.one(&["NULL", "true", "false", "now()", "current_date", "?", "$2", ":name", "@p0"]).to_owned(),
            _ => self.string(),
        }
    }

    fn string(&mut self) -> String {
        let text = self.list(4, " ", |make| make.one(WORDS).to_owned());
        format!("'{text}'")
    }
}

const COMPARE: &[&str] = &["=", "<>", "!=", "<", ">", "<=", ">="];

const NAMES: &[&str] = &[
    "id",
    "name",
    "email",
    "status",
    "total",
    "price",
    "created_at",
    "updated_at",
    "user_id",
    "order_id",
    "country",
    "city",
    "active",
    "deleted",
    "note",
    "type",
    "value",
    "data",
    "position",
    "parent_id",
    "amount",
    "currency",
    "title",
    "first_name",
    "last_name",
    "phone",
    "started",
    "ended",
    "state",
    "priority",
    "version",
    "kind",
    "code",
    "score",
];

const TABLES: &[&str] = &[
    "users",
    "orders",
    "order_items",
    "customers",
    "products",
    "events",
    "sessions",
    "invoices",
    "payments",
    "posts",
    "comments",
    "tags",
    "employees",
    "accounts",
    "jobs",
    "files",
    "messages",
    "logs",
    "settings",
    "countries",
];

/// Words of texts in statements, with those that a scanner may stumble over.
const WORDS: &[&str] = &[
    "open",
    "paid",
    "Vienna",
    "O''Brien",
    "d''Arc",
    "50%",
    "a@example.com",
    "https://example.com/?a=1&b=2",
    "--",
    "#3",
    "or",
    "and",
    "union",
    "select",
    "drop table",
    ";",
    "1=1",
    "/* note */",
    "2024-01-31",
    "12:30",
    "(draft)",
    "C:\\temp",
    "\"quoted\"",
    "don''t",
    "x",
    "1",
    "%",
    "_",
    "é",
    "SELECT * FROM t",
    "order by 1",
    "sleep(5)",
    "`code`",
    "$5",
    "@me",
];
