//! Measures the axiom crates beside their peers and prints ratios.
//!
//! ```text
//! cargo bench -p axiom-benches --bench append
//! cargo bench -p axiom-benches --bench append -- --dir /mnt/disk    # where the files go
//! cargo bench -p axiom-benches --bench append -- --smoke            # does it still run? no measurement
//! cargo bench -p axiom-benches --bench verify
//! cargo bench -p axiom-benches --bench scan
//! cargo bench -p axiom-benches --bench seal --features fast         # AWS-LC too; takes a C compiler
//! ```
//!
//! Absolute speeds say more about the machine than about the code: a disk may be 25 times faster a minute later. So
//! every number here is a ratio of two things that are done in turns, in one process, on the same data.
//!
//! # How a ratio is found
//!
//! A [`Comparison`] does ours and the baseline once to warm up and then in rounds of one [`Sample`] each, in the order
//! A B, B A, A B, …. Each round has its ratio: ours per second over the baseline's per second, so that more is better.
//! Reported are the median of the ratios and their spread: the distance between the quartiles over the median. A spread
//! above some 0.2 says that the machine was busy, and that the bench wants repeating. Nothing is ever asserted about
//! time.
//!
//! # What is left behind
//!
//! `target/ratios/<bench>.json`: a list of [`Row`]s. With `--smoke` it is `target/ratios/smoke/<bench>.json`, so that a
//! trial never stands where a measurement stood. The files that were written for measuring are removed.
//!
//! # The bench `append`
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `append_cpu_vs_limit` | [`Recorder`](axiom_audit::Recorder), batches of 1000, into a store that keeps the tree and no bytes; CPU time of all threads | the entry by `derive(Serialize)`, its leaf hash, one node hash |
//! | `append_1_producer_vs_raw` | one thread, one event at a time, [`FileStore`](axiom_audit::FileStore) | one `write` and one `fdatasync` of the same number of bytes |
//! | `append_64_producers_vs_sqlite` | 64 threads, one event at a time each, `FileStore` | 64 threads, one row a transaction; SQLite in WAL mode, `synchronous=FULL` |
//! | `append_batch1000_vs_sqlite` | one thread, batches of 1000, `FileStore` | 1000 rows a transaction |
//! | `append_1000_logs_vs_1_log` | 1000 threads, one event at a time each, each into a log of its own, `FileStore` | the same threads, all into one log |
//!
//! The events are those of a [`Workload`]. No scrubber and no sealer runs: they have benches of their own.
//!
//! # The bench `verify`
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `verify_1core_vs_hash_limit` | [`DirectoryVerifier`](axiom_audit::DirectoryVerifier) on one thread, from the files (in the page cache) to the signed checkpoint | the leaf hash of each line and one node hash, of the same lines in memory, on one thread |
//! | `verify_2core_vs_hash_limit` | the same on two threads | the same, on one thread |
//! | `verify_chain_vs_audit_trail` | the same on one thread | `FileReader` and `Verifier` of the crate `audit-trail` 1.1 with SHA-256, on a file of as many records that hold the same events |
//!
//! The log has 50,000 entries in one segment. An entry of ours is hashed together with its log's name and the hash
//! before it, 170 bytes beside the event, and once more in the tree: 13 blocks of SHA-256 where `audit-trail` has 10.
//!
//! # The bench `seal`
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `envelope_1k_vs_raw` | an [`Encryptor`](axiom_crypto::Encryptor) with a [cache](axiom_crypto::DataKeyCache), AES-256-GCM, 1 KiB | the cipher alone, 1 KiB |
//! | `envelope_64k_vs_raw` | the same, 64 KiB | the same, 64 KiB |
//! | `xaes_1k_vs_raw` | the same, XAES-256-GCM, 1 KiB | AES-256-GCM alone, 1 KiB |
//! | `xaes_64k_vs_raw` | the same, XAES-256-GCM, 64 KiB | AES-256-GCM alone, 64 KiB |
//! | `stream_vs_raw_64k` | one message of 32 MiB through a `SealWriter`, in frames of 64 KiB | AES-256-GCM alone, 64 KiB |
//! | `fast_vs_rustcrypto_64k` | an encryptor with a cache on AWS-LC, 64 KiB, one buffer for all messages; feature `fast` | the same on `RustCrypto` |
//!
//! The cipher alone is the same library's, its key schedule ready. For each message it takes a random nonce out of a
//! stock that one system call fills for 128 of them, makes a new vector of nonce, ciphertext and tag, and copies the
//! plaintext into it once. What is left out is what only a message has: associated data, the header with context and
//! commitment, the wrapped key, the look into the cache with its limits and its clock. The context is made beforehand.
//! It is CPU time that counts, of one thread. A goal of the design that says "at most 1.15 times as long" is a ratio of
//! at least 0.87 here, and "at most 1.8 times" one of 0.56.
//!
//! # The bench `scan`
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `scan_vs_table_scan` | a [`Scanner`](axiom_pii::Scanner) with every type, on lines of logs, JSON, mail and prose in turns | each byte looked up in a table, runs of 13 to 19 digits put to the Luhn check |
//! | `scan_logs_vs_table_scan` and so on | the same, on one kind of text | the same |
//! | `scan_vs_regex_set` | the same | thirty expressions of such types in one engine of `regex-automata`, with a cache of 64 MB; matched only |
//! | `scan_non_ascii_vs_ascii` | the scanner on Russian prose | the scanner on the mixed text |
//! | `scan_other_digits_vs_ascii` | the scanner on Hindi with digits of its own | the same |
//! | `scan_full_width_vs_ascii` | the scanner on full-width letters and digits, each read as another character | the same |
//! | `redact_vs_scan` | [`Scanner::redact`](axiom_pii::Scanner::redact) | the scanner on the same mixed text |
//!
//! One line in a hundred has personal data. It is CPU time that counts.
//!
//! # The bench `scale`
//!
//! One log of ten million entries (10,000 with `--smoke`), some 5 GB. The baseline is the most that it may be, and the
//! ratio says how many times ours goes into it: 2 is half of what it may be.
//!
//! | what | measured |
//! |---|---|
//! | `open_ms_at_10m` | opening the directory for writing, up to the end of the log |
//! | `proof_ms_at_10m` | a proof bundle of an entry somewhere in the log |
//! | `query_ms_at_10m` | the slowest of four questions for 50 entries, the newest first: a common status, a user and a category, a resource and a user that never occur; the index is there |
//! | `tree_bytes_per_entry` | hash tiles on disk |
//! | `rss_mib_at_10m` | the most memory that the process held through all of it, the making of the index included (Linux) |
//!
//! # The bench `sqli`
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `sqli_attacks_vs_libinjectionrs` | [`scan`](axiom_sqli::scan) in mode `Field`, attacks of 20 to 120 bytes | `detect_sqli` of `libinjectionrs` 0.1 |
//! | `sqli_prose_vs_libinjectionrs` | the same, prose | the same |
//! | `sqli_statements_vs_libinjectionrs` | `scan` in mode `Statement`, statements | the same |
//! | `sqli_ps_per_byte_*` | `scan` in mode `Field`, prose of 10 bytes to 10 MB: picoseconds a byte | the most that it may be |
//!
//! How accurate the scan is tells the program `sqli_accuracy` of this package, on files that it is given.

#![forbid(unsafe_code)]

mod bench;
mod comparison;
mod error;
mod machine;
mod options;
mod plain;
mod row;
mod sample;
mod statistics;
mod workload;

pub use bench::Bench;
pub use comparison::{Comparison, Limit, Rounds};
pub use error::Error;
pub use machine::peak_memory_mib;
pub use plain::PlainEntry;
pub use row::Row;
pub use sample::Sample;
pub use workload::Workload;
