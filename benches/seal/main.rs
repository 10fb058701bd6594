//! Sealing with a cached data key, beside the cipher alone. The crate's documentation says what is compared.

use core::hint::black_box;
use std::io::{self, Write};
use std::sync::Arc;

use axiom_benches::{Bench, Comparison, Error, Sample};
#[cfg(feature = "fast")]
use axiom_crypto::Backend;
use axiom_crypto::{Context, DataKeyCache, Encryptor, KeyFile, Suite};
use pollster::block_on;

mod raw;

use raw::Raw;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("seal")?;
    let context = Context::new([("organization", "org_7f3c"), ("field", "/beforeState")])?;
    let keys = Arc::new(KeyFile::create(bench.directory().join("key"))?);
    let envelope = Encryptor::new(keys).cache(&DataKeyCache::new());
    let xaes = envelope.clone().suite(Suite::Xaes256Gcm);
    for (encryptor, len, comparison) in [
        (&envelope, SHORT, Comparison { name: "envelope_1k_vs_raw", unit: MESSAGES_A_SECOND, goal: 1.0 / 1.15 }),
        (&envelope, LONG, Comparison { name: "envelope_64k_vs_raw", unit: MESSAGES_A_SECOND, goal: 1.0 / 1.15 }),
        (&xaes, SHORT, Comparison { name: "xaes_1k_vs_raw", unit: MESSAGES_A_SECOND, goal: 1.0 / 1.8 }),
        (&xaes, LONG, Comparison { name: "xaes_64k_vs_raw", unit: MESSAGES_A_SECOND, goal: 1.0 / 1.15 }),
    ] {
        let (plaintext, mut raw) = (vec![0x5a; len], Raw::new()?);
        let ours = || sample(&plaintext, |plaintext| sealed(encryptor, plaintext, &context));
        bench.compare(&comparison, ours, || sample(&plaintext, |plaintext| raw.seal(plaintext)))?;
    }
    stream_vs_raw(&mut bench, &envelope, &context)?;
    #[cfg(feature = "fast")]
    fast_vs_rustcrypto(&mut bench, &envelope, &context)?;
    #[cfg(not(feature = "fast"))]
    println!("fast_vs_rustcrypto_64k is left out: it takes --features fast, and a C compiler");
    bench.finish()
}

/// One long message, from memory to nowhere, beside as many short ones as it has frames.
fn stream_vs_raw(bench: &mut Bench, envelope: &Encryptor, context: &Context) -> Result<(), Error> {
    let (frame, mut raw) = (vec![0x5a; LONG], Raw::new()?);
    let comparison = Comparison { name: "stream_vs_raw_64k", unit: "frames/s", goal: 1.0 / 1.15 };
    let frames = TOTAL / LONG;
    let ours = || {
        Sample::cpu(frames, || {
            let mut writer = block_on(envelope.seal_writer(io::sink(), context))?;
            (0..frames).try_for_each(|_| writer.write_all(black_box(&frame)))?;
            writer.finish()?;
            Ok(())
        })
    };
    bench.compare(&comparison, ours, || sample(&frame, |plaintext| raw.seal(plaintext)))
}

#[cfg(feature = "fast")]
fn fast_vs_rustcrypto(bench: &mut Bench, envelope: &Encryptor, context: &Context) -> Result<(), Error> {
    let (plaintext, fast) = (vec![0x5a; LONG], envelope.clone().backend(Backend::AwsLc));
    let comparison = Comparison { name: "fast_vs_rustcrypto_64k", unit: MESSAGES_A_SECOND, goal: 4.0 };
    let [ours, baseline] = [&fast, envelope].map(|encryptor| {
        let mut message = Vec::new();
        let plaintext = &plaintext;
        move || {
            sample(plaintext, |plaintext| {
                let sealed = encryptor.try_seal_into(plaintext, context, &mut message);
                sealed.expect("a key file never waits")?;
                black_box(&message);
                Ok(())
            })
        }
    });
    bench.compare(&comparison, ours, baseline)
}

fn sealed(encryptor: &Encryptor, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, Error> {
    Ok(encryptor.try_seal(plaintext, context).expect("a key file never waits")?)
}

/// Seals as often as it takes to encrypt some tens of megabytes.
fn sample<T>(plaintext: &[u8], mut seal: impl FnMut(&[u8]) -> Result<T, Error>) -> Result<Sample, Error> {
    let count = TOTAL / plaintext.len();
    Sample::cpu(count, || (0..count).try_for_each(|_| seal(black_box(plaintext)).map(|sealed| drop(black_box(sealed)))))
}

const MESSAGES_A_SECOND: &str = "messages/s";
/// Lengths of plaintexts, in bytes.
const SHORT: usize = 1 << 10;
const LONG: usize = 1 << 16;
/// Bytes of plaintext of a sample.
const TOTAL: usize = 1 << 25;
