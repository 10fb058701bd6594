//! Messages in frames: every length and chunking, and every way to damage them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use core::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::stream::read_front;
use axiom_crypto::{Backend, Context, Encryptor, Error, KeyFile, KeyProvider, Suite};
use pollster::block_on;
use proptest::prelude::*;

const FRAME: usize = 4096;
const SEALED: usize = FRAME + 16;

#[test]
fn what_is_sealed_opens_in_every_suite_and_backend() {
    for suite in Suite::ALL {
        for sealing in Backend::ALL {
            for opening in Backend::ALL {
                let encryptor = encryptor().suite(suite).backend(*sealing);
                let plaintext = text(2 * FRAME + 1);
                let message = seal(&encryptor, &plaintext);
                assert_every_way_opens(&encryptor.backend(*opening), &message, &plaintext);
            }
        }
    }
}

#[test]
fn lengths_around_the_borders_of_frames_open_and_take_what_the_format_says() {
    let encryptor = encryptor();
    for len in [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1, 2 * FRAME, 2 * FRAME + 1] {
        let message = seal(&encryptor, &text(len));
        assert_eq!(message.len(), 143 + len + 16 * len.div_ceil(FRAME).max(1), "{len}");
        assert_every_way_opens(&encryptor, &message, &text(len));
        let envelope = Envelope::parse(&message).unwrap();
        assert_eq!(envelope.header.plaintext_len(envelope.body.len() as u64), Some(len as u64));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let encryptor = encryptor();
    let message = seal(&encryptor, b"secret");
    for bit in 0..message.len() * 8 {
        let mut changed = message.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_no_way_opens(&encryptor, &changed, &format!("bit {bit}"));
    }
}

#[test]
fn every_cut_is_refused() {
    let encryptor = encryptor();
    let message = seal(&encryptor, &text(FRAME + 20));
    let front = read_front(&message[..]).unwrap().len();
    let body = message.len() - front;
    for len in (0..front + 40).chain(front + SEALED - 20..front + body) {
        assert_no_way_opens(&encryptor, &message[..len], &format!("{len} bytes"));
    }
}

#[test]
fn frames_in_other_places_are_refused() {
    let encryptor = encryptor();
    for suite in Suite::ALL {
        let encryptor = encryptor.clone().suite(suite);
        let message = seal(&encryptor, &text(3 * FRAME + 7));
        let other = seal(&encryptor, &text(3 * FRAME + 7));
        let (front, frames) = frames(&message);
        let (_, others) = self::frames(&other);
        assert_eq!([front.clone(), frames.concat()].concat(), message);
        let [one, two, three, last] = frames.try_into().unwrap();
        for (what, body) in [
            ("without the last", vec![&one, &two, &three]),
            ("without one in between", vec![&one, &three, &last]),
            ("without the first", vec![&two, &three, &last]),
            ("one twice", vec![&one, &two, &two, &three, &last]),
            ("the last twice", vec![&one, &two, &three, &last, &last]),
            ("exchanged", vec![&two, &one, &three, &last]),
            ("the last first", vec![&last, &one, &two, &three]),
            ("none", vec![]),
            ("the last alone", vec![&last]),
            ("one of another message", vec![&one, &others[1], &three, &last]),
            ("the last of another message", vec![&one, &two, &three, &others[3]]),
            ("a byte behind", vec![&one, &two, &three, &last, &b"\0".to_vec()]),
            ("an empty frame behind", vec![&one, &two, &three, &last, &vec![0; 16]]),
            ("a message behind", vec![&one, &two, &three, &last, &message]),
        ] {
            let body: Vec<u8> = body.into_iter().flatten().copied().collect();
            assert_no_way_opens(&encryptor, &[front.clone(), body].concat(), what);
        }
    }
}

#[test]
fn a_reader_gives_what_is_authentic_and_then_only_the_error() {
    let encryptor = encryptor();
    let plaintext = text(3 * FRAME);
    let mut message = seal(&encryptor, &plaintext);
    let front = read_front(&message[..]).unwrap().len();
    message[front + 2 * SEALED] ^= 1;
    let mut reader = block_on(encryptor.open_reader(&message[..], &context())).unwrap();
    let mut read = Vec::new();
    let error = reader.read_to_end(&mut read).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(matches!(error.downcast().unwrap(), Error::Open));
    assert_eq!(read, plaintext[..2 * FRAME]);
    for _ in 0..3 {
        assert!(matches!(reader.read(&mut [0; 10]).unwrap_err().downcast().unwrap(), Error::Open));
    }
}

#[test]
fn a_reader_that_has_failed_does_not_recover() {
    /// Seems to end in the midst of the message.
    struct Grows<'a>(&'a [u8], &'a [u8]);
    impl Read for Grows<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => {
                    self.0 = core::mem::take(&mut self.1);
                    Ok(0)
                }
                read => Ok(read),
            }
        }
    }
    let encryptor = encryptor();
    let message = seal(&encryptor, &text(2 * FRAME));
    let (now, later) = message.split_at(message.len() - 5);
    let mut reader = block_on(encryptor.open_reader(Grows(now, later), &context())).unwrap();
    reader.read_exact(&mut [0; FRAME]).unwrap();
    for _ in 0..3 {
        assert!(matches!(reader.read(&mut [0; 10]).unwrap_err().downcast().unwrap(), Error::Open));
    }
}

#[test]
fn a_writer_that_is_not_finished_leaves_no_message() {
    let encryptor = encryptor();
    for len in [0, 1, FRAME, FRAME + 1, 3 * FRAME] {
        let mut message = Vec::new();
        let mut writer = block_on(encryptor.seal_writer(&mut message, &context())).unwrap();
        writer.write_all(&text(len)).unwrap();
        writer.flush().unwrap();
        drop(writer);
        assert_no_way_opens(&encryptor, &message, &format!("{len} bytes"));
    }
}

#[test]
fn a_write_that_failed_can_be_tried_again() {
    /// Takes few bytes at a time, and often none.
    struct Fickle<'a>(Vec<u8>, usize, &'a Cell<bool>);
    impl Write for Fickle<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1 += 1;
            match self.1 % 3 {
                0 if !self.2.get() => Err(io::ErrorKind::WouldBlock.into()),
                1 => Err(io::ErrorKind::Interrupted.into()),
                _ => self.0.write(&bytes[..bytes.len().min(1000)]),
            }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (encryptor, plaintext, calm) = (encryptor(), text(5 * FRAME), Cell::new(false));
    let mut writer = block_on(encryptor.seal_writer(Fickle(Vec::new(), 0, &calm), &context())).unwrap();
    let (mut rest, mut failures) = (&plaintext[..], 0);
    while !rest.is_empty() {
        match writer.write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                failures += 1;
            }
        }
    }
    assert!(failures > 10);
    calm.set(true);
    assert_every_way_opens(&encryptor, &writer.finish().unwrap().0, &plaintext);
}

#[test]
fn no_more_than_a_frame_is_held() {
    /// Counts what is read of it.
    struct Counted<'a, R>(R, &'a Cell<usize>);
    impl<R: Read> Read for Counted<'_, R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1.set(self.1.get() + read);
            Ok(read)
        }
    }
    /// Checks how much was read and not written yet.
    struct Behind<'a>(usize, &'a Cell<usize>);
    impl Write for Behind<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            assert!(self.1.get() <= self.0 + FRAME + 200, "{} read, {} written", self.1.get(), self.0);
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (encryptor, len) = (encryptor(), 2 << 20);
    let read = Cell::new(0);
    let plaintext = Counted(io::repeat(7).take(len), &read);
    block_on(encryptor.seal_stream(plaintext, Behind(0, &read), &context())).unwrap();
    assert_eq!(read.get() as u64, len);

    let mut message = Vec::new();
    block_on(encryptor.seal_stream(io::repeat(7).take(len), &mut message, &context())).unwrap();
    // The tags of the frames are read and never written.
    let (read, tags) = (Cell::new(0), message.len() - usize::try_from(len).unwrap());
    block_on(encryptor.open_stream(Counted(&message[..], &read), Behind(tags, &read), &context())).unwrap();
    assert_eq!(read.get(), message.len());
}

#[test]
fn a_part_is_read_without_the_rest() {
    let encryptor = encryptor();
    let plaintext = text(100 * FRAME);
    let mut message = seal(&encryptor, &plaintext);
    let front = read_front(&message[..]).unwrap().len();
    // Damage everywhere but in the frames 50, 51 and the last.
    for number in (0..99).filter(|number| ![50, 51].contains(number)) {
        message[front + number * SEALED] ^= 1;
    }
    let mut reader = block_on(encryptor.seek_reader(Cursor::new(&message), &context())).unwrap();
    assert_eq!((reader.len(), reader.is_empty()), (plaintext.len() as u64, false));
    let mut part = vec![0; 5000];
    reader.seek(SeekFrom::Start(50 * FRAME as u64 + 100)).unwrap();
    reader.read_exact(&mut part).unwrap();
    assert_eq!(part, plaintext[50 * FRAME + 100..][..5000]);
    reader.seek(SeekFrom::Start(0)).unwrap();
    assert!(matches!(reader.read(&mut part).unwrap_err().downcast().unwrap(), Error::Open));
    reader.seek(SeekFrom::End(-1)).unwrap();
    assert_eq!(reader.read(&mut part).unwrap(), 1);
    assert_eq!(reader.read(&mut part).unwrap(), 0);
    assert!(reader.seek(SeekFrom::Current(-1_000_000_000)).is_err());
    assert_eq!(reader.seek(SeekFrom::Current(5)).unwrap(), plaintext.len() as u64 + 5);
    assert_eq!(reader.read(&mut part).unwrap(), 0);
}

#[test]
fn a_message_behind_other_bytes_is_read_from_where_the_stream_stands() {
    let encryptor = encryptor();
    let message = [&b"other bytes"[..], &seal(&encryptor, &text(FRAME + 1))].concat();
    let mut file = Cursor::new(message);
    file.set_position(11);
    let mut plaintext = Vec::new();
    block_on(encryptor.seek_reader(file, &context())).unwrap().read_to_end(&mut plaintext).unwrap();
    assert_eq!(plaintext, text(FRAME + 1));
}

#[test]
fn a_body_in_one_piece_is_for_memory() {
    let encryptor = encryptor();
    let message = block_on(encryptor.seal(b"secret", &context())).unwrap();
    let refused = block_on(encryptor.open_reader(&message[..], &context()));
    assert!(matches!(refused, Err(Error::Unsupported { .. })));
    assert!(block_on(encryptor.seek_reader(Cursor::new(message), &context())).is_err());
}

#[test]
fn another_key_or_context_is_refused() {
    let (encryptor, stranger) = (encryptor(), encryptor());
    let message = seal(&encryptor, b"secret");
    assert!(matches!(open(&stranger, &message), Err(Error::KeyNotFound { .. })));
    let other = Context::new([("organization", "other")]).unwrap();
    assert!(matches!(block_on(encryptor.open_reader(&message[..], &other)), Err(Error::Open)));
}

#[test]
fn the_front_alone_is_rewrapped() {
    let [old, new] = [(), ()].map(|()| Arc::new(key_file()));
    let encryptor = Encryptor::new(old.clone());
    let message = seal(&encryptor, &text(200_000));
    let front = read_front(&message[..]).unwrap();
    assert_eq!(envelope::describe(&front).unwrap(), [old.describe()]);
    let rewrapped = block_on(envelope::rewrap(&front, &context(), &*old, &*new)).unwrap();
    let message = [&rewrapped, &message[front.len()..]].concat();
    assert_every_way_opens(&Encryptor::new(new), &message, &text(200_000));
}

#[test]
fn a_stream_that_fails_is_told_from_a_message_that_does() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let encryptor = encryptor();
    let message = seal(&encryptor, &text(FRAME));
    for len in [0, 10, 200, 3000] {
        let failed = block_on(encryptor.open_stream(message[..len].chain(Broken), io::sink(), &context()));
        assert!(matches!(failed, Err(Error::Stream { source }) if source.to_string() == "unplugged"), "{len}");
    }
    let failed = block_on(encryptor.seal_stream(Broken, io::sink(), &context()));
    assert!(matches!(failed, Err(Error::Stream { .. })));
}

#[test]
fn frames_have_a_length_within_limits() {
    for (len, valid) in [(0, false), (2048, false), (4096, true), (5000, false), (1 << 20, true), (1 << 21, false)] {
        assert_eq!(Encryptor::new(Arc::new(key_file())).frame_len(len).is_ok(), valid, "{len}");
    }
}

#[test]
fn readers_and_writers_move_between_threads_and_show_nothing() {
    const fn moves<T: Send>(_: &T) {}
    let encryptor = encryptor();
    let message = seal(&encryptor, b"secret");
    let writer = block_on(encryptor.seal_writer(Vec::new(), &context())).unwrap();
    let reader = block_on(encryptor.open_reader(&message[..], &context())).unwrap();
    let seeker = block_on(encryptor.seek_reader(Cursor::new(message.clone()), &context())).unwrap();
    moves(&writer);
    moves(&reader);
    moves(&seeker);
    assert_eq!(
        format!("{writer:?} {reader:?} {seeker:?}"),
        "SealWriter { .. } OpenReader { .. } SeekReader { len: 6, .. }"
    );
}

#[cfg(feature = "futures-io")]
mod asynchronous {
    use core::pin::Pin;
    use core::task::{Context as Task, Poll};

    use futures_util::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

    use super::*;

    /// Answers every other time only, and with few bytes.
    struct Slow<T>(T, usize);

    impl<T> Slow<T> {
        fn is_busy(&mut self, task: &Task<'_>) -> bool {
            self.1 += 1;
            task.waker().wake_by_ref();
            self.1 % 2 == 1
        }
    }

    impl AsyncRead for Slow<&[u8]> {
        fn poll_read(mut self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
            let len = buffer.len().min(777);
            if self.is_busy(task) { Poll::Pending } else { Poll::Ready(Read::read(&mut self.0, &mut buffer[..len])) }
        }
    }

    impl AsyncWrite for Slow<&mut Vec<u8>> {
        fn poll_write(mut self: Pin<&mut Self>, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            let len = bytes.len().min(777);
            if self.is_busy(task) { Poll::Pending } else { Poll::Ready(Write::write(&mut self.0, &bytes[..len])) }
        }

        fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
            if self.is_busy(task) { Poll::Pending } else { Poll::Ready(Ok(())) }
        }

        fn poll_close(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
            self.poll_flush(task)
        }
    }

    #[test]
    fn slow_streams_give_the_same() {
        let encryptor = encryptor();
        for len in [0, 1, FRAME, FRAME + 1, 3 * FRAME] {
            let mut message = Vec::new();
            block_on(async {
                let mut writer = encryptor.seal_async_writer(Slow(&mut message, 0), &context()).await.unwrap();
                writer.write_all(&text(len)).await.unwrap();
                writer.flush().await.unwrap();
                writer.close().await.unwrap();
                writer.close().await.unwrap();
                assert!(writer.write_all(b"more").await.is_err());
            });
            assert_every_way_opens(&encryptor, &message, &text(len));
            assert_eq!(read_slowly(&encryptor, &message).unwrap(), text(len));
        }
    }

    #[test]
    fn a_writer_that_is_not_closed_leaves_no_message() {
        let encryptor = encryptor();
        let mut message = Vec::new();
        block_on(async {
            let mut writer = encryptor.seal_async_writer(&mut message, &context()).await.unwrap();
            writer.write_all(&text(FRAME + 1)).await.unwrap();
            writer.flush().await.unwrap();
        });
        assert_no_way_opens(&encryptor, &message, "not closed");
    }

    #[test]
    fn damage_and_cuts_are_refused() {
        let encryptor = encryptor();
        let message = seal(&encryptor, &text(FRAME + 1));
        for len in (0..message.len()).step_by(500).chain([message.len() - 1, message.len() - 17]) {
            assert!(matches!(read_slowly(&encryptor, &message[..len]), Err(Error::Open)), "{len}");
        }
        let mut damaged = message;
        *damaged.last_mut().unwrap() ^= 1;
        assert!(matches!(read_slowly(&encryptor, &damaged), Err(Error::Open)));
    }

    fn read_slowly(encryptor: &Encryptor, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut plaintext = Vec::new();
        block_on(async {
            let mut reader = encryptor.open_async_reader(Slow(message, 0), &context()).await?;
            reader.read_to_end(&mut plaintext).await.map_err(|error| error.downcast::<Error>().unwrap())?;
            Ok(plaintext)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_length_in_any_chunks_is_the_same(
        len in prop_oneof![0..3 * FRAME, FRAME - 2..FRAME + 3, 2 * FRAME - 2..2 * FRAME + 3],
        written in proptest::collection::vec(0..2 * FRAME, 1..8),
        read in 1..2 * FRAME,
        suite in proptest::sample::select(&Suite::ALL),
    ) {
        let (encryptor, plaintext) = (encryptor().suite(suite), text(len));
        let mut writer = block_on(encryptor.seal_writer(Vec::new(), &context())).unwrap();
        let mut rest = &plaintext[..];
        for len in written.iter().cycle().map(|len| len + 1) {
            let (chunk, after) = rest.split_at(len.min(rest.len()));
            writer.write_all(chunk).unwrap();
            writer.write_all(b"").unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        let message = writer.finish().unwrap();
        assert_every_way_opens(&encryptor, &message, &plaintext);

        let mut reader = block_on(encryptor.open_reader(&message[..], &context())).unwrap();
        let (mut buffer, mut opened) = (vec![0; read], Vec::new());
        loop {
            match reader.read(&mut buffer).unwrap() {
                0 => break,
                read => opened.extend_from_slice(&buffer[..read]),
            }
        }
        prop_assert!(opened == plaintext);
    }

    #[test]
    fn any_part_is_that_of_the_plaintext(
        len in 1..5 * FRAME,
        parts in proptest::collection::vec((any::<prop::sample::Index>(), 0..2 * FRAME), 1..10),
    ) {
        let (encryptor, plaintext) = (encryptor(), text(len));
        let message = seal(&encryptor, &plaintext);
        let mut reader = block_on(encryptor.seek_reader(Cursor::new(message), &context())).unwrap();
        for (start, len) in parts {
            let start = start.index(plaintext.len());
            let expected = &plaintext[start..(start + len).min(plaintext.len())];
            reader.seek(SeekFrom::Start(start as u64)).unwrap();
            let mut part = Vec::new();
            reader.by_ref().take(len as u64).read_to_end(&mut part).unwrap();
            prop_assert!(part == expected);
        }
    }

    #[test]
    fn no_changed_byte_and_no_cut_opens(
        len in 0..2 * FRAME + 100,
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let encryptor = encryptor();
        let mut message = seal(&encryptor, &text(len));
        let place = place.index(message.len());
        assert_no_way_opens(&encryptor, &message[..place], "cut");
        message[place] ^= change;
        assert_no_way_opens(&encryptor, &message, "changed");
    }

    #[test]
    fn any_bytes_are_refused_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        assert_no_way_opens(&encryptor(), &bytes, "any bytes");
    }
}

fn key_file() -> KeyFile {
    let directory = tempfile::tempdir().unwrap();
    KeyFile::create(directory.path().join("key")).unwrap()
}

fn encryptor() -> Encryptor {
    Encryptor::new(Arc::new(key_file())).frame_len(FRAME).unwrap()
}

fn context() -> Context {
    Context::new([("organization", "acme"), ("purpose", "test")]).unwrap()
}

/// Bytes of which no part is like another.
fn text(len: usize) -> Vec<u8> {
    (0..len.div_ceil(4) as u32).flat_map(u32::to_be_bytes).take(len).collect()
}

fn seal(encryptor: &Encryptor, plaintext: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    let len = block_on(encryptor.seal_stream(plaintext, &mut message, &context())).unwrap();
    assert_eq!(len, plaintext.len() as u64);
    message
}

fn open(encryptor: &Encryptor, message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plaintext = Vec::new();
    let len = block_on(encryptor.open_stream(message, &mut plaintext, &context()))?;
    assert_eq!(len, plaintext.len() as u64);
    Ok(plaintext)
}

/// As a stream, by parts, in memory.
fn every_way(encryptor: &Encryptor, message: &[u8]) -> [Result<Vec<u8>, Error>; 3] {
    let seek = || {
        let mut plaintext = Vec::new();
        let mut reader = block_on(encryptor.seek_reader(Cursor::new(message), &context()))?;
        let read = reader.read_to_end(&mut plaintext);
        read.map_err(|error| error.downcast::<Error>().unwrap()).map(|_| plaintext)
    };
    let whole = || block_on(encryptor.open(message, &context())).map(|plaintext| plaintext.to_vec());
    [open(encryptor, message), seek(), whole()]
}

fn assert_every_way_opens(encryptor: &Encryptor, message: &[u8], plaintext: &[u8]) {
    for opened in every_way(encryptor, message) {
        assert!(opened.unwrap() == plaintext);
    }
}

fn assert_no_way_opens(encryptor: &Encryptor, message: &[u8], what: &str) {
    for (way, opened) in every_way(encryptor, message).into_iter().enumerate() {
        let error = opened.expect_err(what);
        // Where a flipped bit makes the body one piece, a stream says that it does not read it.
        let expected = matches!(error, Error::Open | Error::KeyNotFound { .. } | Error::Unsupported { .. });
        assert!(expected, "{what}, way {way}: {error}");
    }
}

/// The front of a message, and its frames.
fn frames(message: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let front = read_front(message).unwrap();
    let frames = message[front.len()..].chunks(SEALED).map(<[u8]>::to_vec).collect();
    (front, frames)
}
