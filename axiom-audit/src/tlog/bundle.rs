//! Entry bundles: entries, each behind its length in two bytes, big-endian.

use crate::merkle::EntryTile;

/// Writes one more entry; `None` where it is longer than two bytes can say.
#[cfg(any(feature = "log", test))]
pub(super) fn push(bundle: &mut Vec<u8>, entry: &[u8]) -> Option<()> {
    let length = u16::try_from(entry.len()).ok()?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Some(())
}

/// The entries of a bundle, which holds exactly those of `place`.
pub(super) fn entries(bundle: &[u8], place: EntryTile) -> Option<Vec<Vec<u8>>> {
    let (mut entries, mut rest) = (Vec::new(), bundle);
    while let Some((length, after)) = rest.split_first_chunk() {
        let (entry, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        entries.push(entry.to_vec());
        rest = after;
    }
    (rest.is_empty() && entries.len() == usize::from(place.hashes().width())).then_some(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(width: u16) -> EntryTile {
        EntryTile::new(0, width).unwrap()
    }

    #[test]
    fn a_bundle_ends_with_its_last_entry() {
        assert_eq!(entries(b"\0\x01a\0\0", place(2)), Some(vec![b"a".to_vec(), vec![]]));
        for bad in [&b""[..], b"\0\x01a", b"\0\x01a\0", b"\0\x01a\0\0\0", b"\0\x01a\0\x01", b"\0\x01a\0\0\0\0"] {
            assert_eq!(entries(bad, place(2)), None, "{bad:?}");
        }
        assert_eq!(push(&mut Vec::new(), &[0; 65_536]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(written in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..20)) {
            let mut bundle = Vec::new();
            written.iter().for_each(|entry| push(&mut bundle, entry).unwrap());
            prop_assert_eq!(entries(&bundle, place(written.len() as u16)), Some(written));
        }
    }
}
