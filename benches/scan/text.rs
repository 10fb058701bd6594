//! Texts of the kinds that users have, one line in a hundred with personal data.

/// Lines of one kind, as many as `length` bytes take.
pub(crate) fn of(length: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(length + 512);
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        if number % 100 == 99 {
            text.push_str(PERSONAL[number / 100 % PERSONAL.len()]);
        }
        text.push_str(&line(number));
        text.push('\n');
    }
    text
}

/// Every kind in turns.
pub(crate) fn mixed(number: usize) -> String {
    [log, json, mail, prose][number % 4](number)
}

/// A line of a server's log.
pub(crate) fn log(number: usize) -> String {
    let (a, b) = (random(number), random(number + 1_000_000));
    let (second, worker, bytes) = (number % 60, a % 64, b % 10_000_000);
    format!(
        "2026-11-{day:02}T10:{minute:02}:{second:02}.{milli:03}Z INFO [worker-{worker}] request completed \
         path=/api/v2/items/{item} status=200 bytes={bytes} duration={duration}.{milli:03}ms trace={a:016x}",
        day = number / 3600 % 28 + 1,
        minute = number / 60 % 60,
        milli = a % 1000,
        item = b % 1_000_000_000,
        duration = a % 900,
    )
}

/// A JSON object with identifiers and hashes.
pub(crate) fn json(number: usize) -> String {
    let (a, b) = (random(number), random(number + 2_000_000));
    format!(
        r#"{{"id":"{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}","sha256":"{a:016x}{b:016x}{a:016x}{b:016x}","size":{},"name":"item {number}","enabled":true,"tags":["blue","large"]}}"#,
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b & 0xfff,
        b >> 16,
        b % 1_000_000,
    )
}

/// A line of a mail.
pub(crate) fn mail(number: usize) -> String {
    format!(
        "> Thanks for the quick answer. We moved the meeting to {}:30 on Tuesday, room {}, and the slides of the last \
         {} weeks are in the shared folder; please have a look before we talk.",
        number % 12 + 8,
        number % 400,
        number % 9 + 2,
    )
}

/// A line of a novel.
pub(crate) fn prose(_: usize) -> String {
    "It was a bright cold day in April, and the clocks were striking thirteen. The hallway smelt of boiled cabbage and \
     old rag mats, and whoever came in from the street brought a swirl of gritty dust along."
        .into()
}

/// A line of a table of numbers: counters, moments, measurements.
pub(crate) fn csv(number: usize) -> String {
    let (a, b) = (random(number), random(number + 3_000_000));
    format!(
        "{},{},{}.{:02},{}.{:04},{},{},0.{:06},{}",
        100_000 + number,
        1_700_000_000 + a % 50_000_000,
        b % 1000,
        a % 100,
        a % 90,
        b % 10_000,
        b % 100,
        a % 100_000,
        b % 1_000_000,
        a % 10_000_000_000,
    )
}

/// A line of a web server's log (Combined Log Format), which begins with an IP address.
pub(crate) fn web_log(number: usize) -> String {
    let (a, b) = (random(number), random(number + 4_000_000));
    format!(
        "10.{}.{}.{} - - [21/Nov/2026:13:{:02}:{:02} +0000] \"GET /static/{:06x}/app.js?v={} HTTP/1.1\" 200 {} \"-\" \
         \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36\"",
        a % 256,
        a >> 8 & 0xff,
        a >> 16 & 0xff,
        number / 60 % 60,
        number % 60,
        b & 0xff_ffff,
        b % 1000,
        b % 100_000,
    )
}

/// A line of whole numbers with spaces between.
pub(crate) fn numbers(number: usize) -> String {
    let cell = |column: usize| random(number * 12 + column) % 10_u64.pow(column as u32 % 6 + 1);
    (0..12).map(cell).map(|cell| cell.to_string()).collect::<Vec<_>>().join(" ")
}

/// A line of Russian prose.
pub(crate) fn russian(number: usize) -> String {
    format!("Был холодный ясный апрельский день, и часы пробили тринадцать; в комнате {} было тихо.", number % 400)
}

/// A line of Hindi with digits of Devanagari.
pub(crate) fn hindi(number: usize) -> String {
    format!("यह अप्रैल का एक दिन था, १२:४५ बजे और कमरा {} में १२३४ लोग थे।", number % 400)
}

/// A line of full-width letters and digits.
pub(crate) fn full_width(number: usize) -> String {
    format!("Ｉｔ　ｗａｓ　ａ　ｂｒｉｇｈｔ　ｃｏｌｄ　ｄａｙ　ｉｎ　Ａｐｒｉｌ　ｒｏｏｍ　１２３　{}", number % 400)
}

/// The finalizer of `SplitMix64`.
fn random(number: usize) -> u64 {
    let mut state = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

const PERSONAL: [&str; 6] = [
    "paid with 4111 1111 1111 1111, ",
    "write to bob@example.com, ",
    "SSN 536-90-4399, ",
    "IBAN GB82 WEST 1234 5698 7654 32, ",
    "call +44 20 7946 0123, ",
    "from 203.0.113.9, ",
];
