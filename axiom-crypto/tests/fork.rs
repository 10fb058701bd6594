//! No nonce twice, whoever draws it: threads, and processes that were forked with the same memory.
//!
//! A program of its own with one thread, since only such a program may do as it likes after a fork.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[cfg(not(unix))]
fn main() {
    println!("fork: did not run, for want of fork");
}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use axiom_crypto::{Context, Encryptor, KeyFile, Suite};

    const MESSAGES: usize = 300;
    const CHILDREN: usize = 3;

    pub(super) fn main() {
        let directory = tempfile::tempdir().unwrap();
        let keys = Arc::new(KeyFile::create(directory.path().join("key")).unwrap());
        for suite in Suite::ALL {
            let encryptor = Encryptor::new(keys.clone()).suite(suite);
            // The stock of random bytes is there before the fork, so that every process has the same.
            let mut nonces = draw(&encryptor, suite, 1);
            for child in 0..CHILDREN {
                in_a_child(|| fs::write(file(directory.path(), child), draw(&encryptor, suite, MESSAGES)).unwrap());
            }
            nonces.extend(draw(&encryptor, suite, MESSAGES));
            for child in 0..CHILDREN {
                nonces.extend(fs::read(file(directory.path(), child)).unwrap());
            }
            let distinct: HashSet<&[u8]> = nonces.chunks_exact(nonce_len(suite)).collect();
            assert_eq!(distinct.len(), 1 + MESSAGES * (CHILDREN + 1), "{suite}");
        }
        println!("fork: no nonce twice");
    }

    /// The nonces of so many messages.
    fn draw(encryptor: &Encryptor, suite: Suite, messages: usize) -> Vec<u8> {
        let context = Context::new([("organization", "acme")]).unwrap();
        let seal = |_| encryptor.try_seal(b"", &context).unwrap().unwrap()[71..71 + nonce_len(suite)].to_vec();
        (0..messages).flat_map(seal).collect()
    }

    fn nonce_len(suite: Suite) -> usize {
        if suite == Suite::Xaes256Gcm { 24 } else { 12 }
    }

    fn file(directory: &Path, child: usize) -> std::path::PathBuf {
        directory.join(format!("nonces-{child}"))
    }

    /// Does this in a forked process, and waits for its end.
    fn in_a_child(work: impl FnOnce()) {
        // SAFETY: this process has one thread, so the child may run any code.
        #[expect(unsafe_code, reason = "there is no safe fork")]
        let child = unsafe { libc::fork() };
        assert!(child >= 0, "fork failed");
        if child == 0 {
            let done = std::panic::catch_unwind(core::panic::AssertUnwindSafe(work)).is_ok();
            std::process::exit(if done { 0 } else { 1 });
        }
        let mut status = 0;
        // SAFETY: `status` is an integer that lives through the call.
        #[expect(unsafe_code, reason = "the child of a fork is no `std::process::Child`")]
        let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!((ended, status), (child, 0), "the child failed");
    }
}
