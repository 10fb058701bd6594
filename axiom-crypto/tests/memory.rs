//! What is left of keys and plaintexts in the memory of a process after their owners are dropped.
//!
//! The process reads its own memory (`/proc/self/mem`, so Linux alone) and looks for each secret. It is a program of
//! its own with one thread, so that its heap is `[heap]` and the maps that the allocator made, and its stack is
//! `[stack]`. The stack is not looked at: what the compiler spills there cannot be wiped from Rust, and the crate says
//! so. Secrets are drawn at random and remembered in complement, so that remembering them is no hit.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("memory: did not run, for want of /proc/self/mem");
}

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::unix::fs::FileExt;
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use axiom_crypto::{
        Backend, Binding, Context, Ed25519Signer, Encryptor, Error, Key, KeyFile, KeyId, KeyProvider, Recipient,
        Secret, Suite,
    };
    use base64ct::{Base64, Encoding};
    use hkdf::Hkdf;
    use sha2::Sha256;

    pub(super) fn main() {
        the_scan_finds_what_is_there();
        a_dropped_key_leaves_nothing();
        a_dropped_signer_leaves_nothing();
        a_dropped_secret_leaves_nothing();
        let directory = tempfile::tempdir().unwrap();
        let backends = Backend::ALL.iter().flat_map(|backend| Suite::ALL.map(|suite| (*backend, suite)));
        for (number, (backend, suite)) in backends.enumerate() {
            let path = directory.path().join(number.to_string());
            a_message_leaves_neither_its_keys_nor_its_plaintext(&path, backend, suite);
        }
        println!("memory: nothing is left");
    }

    /// Without this, a scan that finds nothing would prove nothing.
    fn the_scan_finds_what_is_there() {
        let mut bytes = Box::new([0; 32]);
        getrandom::fill(&mut *bytes).unwrap();
        let remembered = Remembered::of(&bytes[..]);
        assert_eq!(remembered.hits(), 1, "a plain copy on the heap is one hit");
        drop(bytes);
        assert_eq!(remembered.hits(), 1, "and stays when it is freed");
        let bytes = Box::new(core::array::from_fn::<u8, 32, _>(|at| !remembered.0[at]));
        let long: Vec<u8> = vec![7; 1 << 20].into_iter().chain(*bytes).collect();
        assert_eq!(remembered.hits(), 2, "and one in a map of its own a second: {}", long.len());
    }

    fn a_dropped_key_leaves_nothing() {
        let key = Key::generate().unwrap();
        let remembered = Remembered::of(key.expose());
        assert_eq!(remembered.hits(), 1);
        drop(key);
        assert_eq!(remembered.hits(), 0, "a dropped key");
    }

    fn a_dropped_signer_leaves_nothing() {
        let seed = Key::generate().unwrap();
        let remembered = Remembered::of(seed.expose());
        let signer = Box::new(Ed25519Signer::from_seed("example.com".parse().unwrap(), &seed));
        drop(seed);
        assert_eq!(remembered.hits(), 1, "the signer alone has it");
        drop(signer);
        assert_eq!(remembered.hits(), 0, "a dropped signer");
    }

    fn a_dropped_secret_leaves_nothing() {
        let secret = Secret::from(Key::generate().unwrap().expose().to_vec());
        let remembered = Remembered::of(secret.expose());
        assert_eq!(remembered.hits(), 1);
        drop(secret);
        assert_eq!(remembered.hits(), 0, "a dropped secret");
    }

    fn a_message_leaves_neither_its_keys_nor_its_plaintext(path: &Path, backend: Backend, suite: Suite) {
        let file = KeyFile::create(path).unwrap();
        let key = Remembered::of_key_file(path);
        let watched = Arc::new(Watched { file, seen: Mutex::default() });
        let encryptor = Encryptor::new(watched.clone()).suite(suite).backend(backend);
        let context = Context::new([("organization", "acme")]).unwrap();
        let plaintext = Key::generate().unwrap();
        let content = Remembered::of(plaintext.expose());
        let message = encryptor.try_seal(plaintext.expose(), &context).unwrap().unwrap();
        drop(plaintext);
        assert_eq!(content.hits(), 0, "sealing with {suite} leaves the plaintext");
        let opened = encryptor.try_open(&message, &context).unwrap().unwrap();
        assert_eq!((content.hits(), key.hits()), (1, 1), "opened with {suite}");
        let data_key = watched.seen.lock().unwrap().take().unwrap();
        let content_key = data_key.content_key(&message);
        assert_eq!((data_key.hits(), content_key.hits()), (0, 0), "the keys of a message with {suite} of {backend:?}");
        drop((opened, encryptor, watched));
        assert_eq!((content.hits(), key.hits()), (0, 0), "with {suite} of {backend:?}");
    }

    /// A key file that remembers the data key it has wrapped.
    struct Watched {
        file: KeyFile,
        seen: Mutex<Option<Remembered>>,
    }

    #[async_trait]
    impl KeyProvider for Watched {
        fn describe(&self) -> KeyId {
            self.file.describe()
        }

        fn try_wrap(&self, dek: &Key, binding: &Binding) -> Option<Result<Recipient, Error>> {
            *self.seen.lock().unwrap() = Some(Remembered::of(dek.expose()));
            self.file.try_wrap(dek, binding)
        }

        fn try_unwrap(&self, recipient: &Recipient, binding: &Binding) -> Option<Result<Key, Error>> {
            self.file.try_unwrap(recipient, binding)
        }

        async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
            self.file.wrap(dek, binding).await
        }

        async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
            self.file.unwrap(recipient, binding).await
        }
    }

    /// A secret of 32 bytes in complement.
    ///
    /// Its second half is looked for: the allocator writes over the first bytes of what was freed.
    struct Remembered([u8; 32]);

    impl Remembered {
        fn of(secret: &[u8]) -> Self {
            let mut complement = [0; 32];
            complement.iter_mut().zip(secret).for_each(|(kept, byte)| *kept = !byte);
            Self(complement)
        }

        /// The key that encrypts the body of `message`, this being its data key; derived as the format says.
        fn content_key(&self, message: &[u8]) -> Self {
            let mut data_key = self.0;
            data_key.iter_mut().for_each(|byte| *byte = !*byte);
            let mut derived = [0; 64];
            let info: [&[u8]; 2] = [b"axiom/axe1/schedule", &message[4..5]];
            Hkdf::<Sha256>::new(None, &data_key).expand_multi_info(&info, &mut derived).unwrap();
            assert_eq!(derived[32..], message[7..39], "the commitment");
            Self::of(&derived[..32])
        }

        /// The key in a key file, of whose text no copy stays.
        fn of_key_file(path: &Path) -> Self {
            let mut line = fs::read(path).unwrap();
            let mut key = [0; 32];
            Base64::decode(&line[22..66], &mut key).unwrap();
            let remembered = Self::of(&key);
            line.fill(0);
            core::hint::black_box(&line);
            remembered
        }

        /// How often the secret stands in the heap and the maps of the allocator.
        ///
        /// Nothing is allocated here: the allocator would give out, and so overwrite, what was freed last.
        fn hits(&self) -> usize {
            let memory = File::open("/proc/self/mem").unwrap();
            let mut buffer = [0; 1 << 16];
            let maps = read_all(&mut File::open("/proc/self/maps").unwrap(), &mut buffer);
            // On the stack, so that the scan does not find itself.
            let mut window = [0; WINDOW + 15];
            maps.lines().filter_map(heap).map(|(start, end)| self.hits_in(&memory, start, end, &mut window)).sum()
        }

        fn hits_in(&self, memory: &File, start: u64, end: u64, window: &mut [u8]) -> usize {
            let mut hits = 0;
            for at in (start..end).step_by(WINDOW) {
                let wanted = window.len().min((end - at) as usize);
                // A guard page cannot be read, and holds nothing.
                let Ok(read) = memory.read_at(&mut window[..wanted], at) else { continue };
                let is_it = |seen: &&[u8]| seen.iter().zip(&self.0[16..]).all(|(a, b)| *a == !b);
                hits += window[..read].windows(16).filter(is_it).count();
            }
            hits
        }
    }

    /// The bounds of a readable and writable map that is the heap or has no name.
    fn heap(line: &str) -> Option<(u64, u64)> {
        let mut fields = line.split_ascii_whitespace();
        let (bounds, rights) = (fields.next()?, fields.next()?);
        let named = fields.nth(3).is_some_and(|name| name != "[heap]");
        let (start, end) = bounds.split_once('-')?;
        let bound = |text| u64::from_str_radix(text, 16).ok();
        (rights.starts_with("rw") && !named).then_some((bound(start)?, bound(end)?))
    }

    fn read_all<'a>(file: &mut File, buffer: &'a mut [u8]) -> &'a str {
        let mut len = 0;
        loop {
            match file.read(&mut buffer[len..]).unwrap() {
                0 => break,
                read => len += read,
            }
        }
        assert!(len < buffer.len(), "the list of maps fits");
        str::from_utf8(&buffer[..len]).unwrap()
    }

    const WINDOW: usize = 1 << 16;
}
