//! A scan allocates nothing. The only test of its binary, for the allocator counts what every thread does.

use std::alloc::System;

use axiom_sqli::{Mode, scan};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn a_scan_allocates_nothing() {
    let texts = [
        "1' union/**/select 1,concat(user(),0x3a,version()),@@version from information_schema.tables-- -".to_owned(),
        "x\" or \"a\"=\"a; drop table users".to_owned(),
        "1 /*!50000and*/ if(1=1,sleep(5),$$a$$) or [a]=`b` {fn now()}".to_owned(),
        "Sean O'Brien selected the \"best\" of 12 or more; see page 24.".to_owned(),
        "UPDATE orders SET status = 'paid' WHERE id IN (1, 2) AND name LIKE 'a%'".to_owned(),
        "(select '\u{a0}é ".repeat(10_000),
    ];
    for text in &texts {
        for mode in Mode::ALL {
            let region = Region::new(ALLOCATOR);
            let report = scan(text, mode);
            let change = region.change();
            assert_eq!((change.allocations, change.reallocations), (0, 0), "{} {}", mode.as_str(), report.score);
        }
    }
    let region = Region::new(ALLOCATOR);
    drop(texts[0].clone());
    assert_eq!(region.change().allocations, 1, "the allocator counts");
}
