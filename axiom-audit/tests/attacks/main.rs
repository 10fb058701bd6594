//! Every way to change a log that we know of, and what finds it.
//!
//! | attack | found by | not found by |
//! |---|---|---|
//! | any bit of an entry, a checkpoint or a description flipped | the key and the log's own checkpoint | |
//! | entry deleted, inserted, repeated, swapped | the links alone, if not linked again; else a checkpoint | |
//! | entries of another log, or all of its files | the name in each entry, without any checkpoint | |
//! | cut off within an entry | the missing end of the line, without any checkpoint | |
//! | cut off between entries | a checkpoint that covers them | the links alone |
//! | entries behind the last checkpoint replaced | nothing yet: they are said to be unanchored | |
//! | older copy with its older checkpoint | a newer checkpoint kept elsewhere | the directory by itself |
//! | history rewritten | any checkpoint of the old one | the links alone |
//! | history rewritten and signed by another key | the key | |
//! | history rewritten and signed by the right key | a checkpoint of the old one kept elsewhere | the directory by itself |
//! | log deleted | a checkpoint kept elsewhere, or the meta-log | the links alone |
//! | files removed, renamed, emptied, made pipes | the key and the log's own checkpoint | |

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod bits;
mod files;
mod histories;
mod lines;
mod live;
mod signed;
mod splices;
