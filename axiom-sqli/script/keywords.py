#!/usr/bin/env python3
"""Writes src/keyword/table.rs from script/keywords.txt: `python3 axiom-sqli/script/keywords.py`.

With `--check` it writes nothing, and fails where the table is not what it would write.
"""

import pathlib
import sys

HERE = pathlib.Path(__file__).parent
DIALECTS = {
    "": "ANY",
    "MySQL": "MYSQL",
    "Oracle": "ORACLE",
    "PostgreSQL": "POSTGRESQL",
    "SQLite": "SQLITE",
    "SQL Server": "SQL_SERVER",
}


def keywords():
    """(word, role, dialect) of each line, and an error where a word stands twice."""
    seen = {}
    for line in (HERE / "keywords.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        head, words = line.split(":")
        role, _, dialect = head.partition(" ")
        for word in words.split():
            if word in seen:
                raise SystemExit(f"{word} is {role} and {seen[word][0]}")
            seen[word] = (role, DIALECTS[dialect])
    return sorted((word, *entry) for word, entry in seen.items())


def main():
    rows = keywords()
    lines = [
        "//! Written by `script/keywords.py` from `script/keywords.txt`, which names the sources.",
        "",
        "use super::{Keyword, Role};",
        "use crate::dialect::Dialects;",
        "",
        f"pub(super) static KEYWORDS: [Keyword; {len(rows)}] = [",
    ]
    for word, role, dialect in rows:
        lines.append(f'    keyword("{word}", Role::{role}, Dialects::{dialect}),')
    lines += [
        "];",
        "",
        "const fn keyword(word: &'static str, role: Role, dialects: Dialects) -> Keyword {",
        "    Keyword::new(word, role, dialects)",
        "}",
        "",
    ]
    table = HERE.parent / "src/keyword/table.rs"
    text = "\n".join(lines)
    if "--check" not in sys.argv[1:]:
        table.write_text(text)
    elif table.read_text() != text:
        raise SystemExit(f"{table.name} is not what {HERE.name}/keywords.txt says")


if __name__ == "__main__":
    main()
