//! Lines and columns of what is remarked on.

use super::Remark;

/// Fills in where the remarks stand, which come in the order of the document.
///
/// Counted on from one to the next: one line may hold very many.
pub(super) fn fill_in(document: &[u8], remarks: &mut [Remark]) {
    let (mut at, mut line, mut column) = (0, 1, 1);
    for remark in remarks {
        let between = &document[at..remark.raw.start];
        line += memchr::memchr_iter(b'\n', between).count();
        column = match memchr::memrchr(b'\n', between) {
            Some(newline) => 1 + characters(&between[newline + 1..]),
            None => column + characters(between),
        };
        at = remark.raw.start;
        remark.line = line;
        remark.columns = column..column + characters(&document[remark.raw.clone()]);
    }
}

fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}
