//! A scan allocates nothing once its memory has grown. The only test of its binary, for the allocator counts what every
//! thread does.

use std::alloc::System;

use axiom_pii::{Scanner, Scratch};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TEXTS: [&str; 6] = [
    "bob@example.com paid with 4111 1111 1111 1111, SSN 536-90-4399, IBAN GB82 WEST 1234 5698 7654 32, 203.0.113.9. ",
    "2026-11-21T10:15:00.123Z INFO path=/api/v2/items/123456789 bytes=1234567 trace=0123456789abcdef call 202-555-0123 ",
    "1700000000,123.45,0.123456,8812345678,-12;5018 6466 7909;1 2 3 4 5 6 7 8 9 10 (202) 555-0123 1BvBMSEYstWetqTFn5Au ",
    "４１１１ １１１１ １１１１ １１１１, 5\u{200b}36-90-4399, bob\u{ad}@example.com, GВ82 WЕST 1234 5698 7654 32 ",
    "كان يوماً باردًا ٤١١١ ١١١١ ١١١١ ١١١١ ، अप्रैल १२३४५६, 四月間，天気は１３時、身份证 11010519491231002X ",
    "Был холодный ясный апрельский день, коля@пример.рф, телефон +7 912 345-67-89; naïve café, e\u{301}té 10\u{a0}000 € ",
];

/// How often a scan is counted.
const TRIES: usize = 5;

#[test]
fn a_scan_allocates_nothing_once_its_memory_has_grown() {
    let (scanner, mut scratch, mut findings) = (Scanner::new(), Scratch::default(), Vec::new());
    for text in TEXTS {
        let text = text.repeat(50);
        scanner.scan_in(&mut scratch, "customerSsn", &text, &mut findings);
        assert!(!findings.is_empty());
        findings.clear();
        // The thread of the test harness may allocate meanwhile, but not each time.
        let allocations = (0..TRIES).map(|_| {
            findings.clear();
            let region = Region::new(ALLOCATOR);
            scanner.scan_in(&mut scratch, "customerSsn", &text, &mut findings);
            let change = region.change();
            change.allocations + change.reallocations
        });
        assert_eq!(allocations.min(), Some(0), "{text:.20}");
        findings.clear();
    }
    let region = Region::new(ALLOCATOR);
    drop(TEXTS[0].to_owned());
    assert_eq!(region.change().allocations, 1, "the allocator counts");
}
