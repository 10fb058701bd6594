//! A timer for hosts that have none.

use core::fmt;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{Builder, JoinHandle};

use super::ReloadingSecret;

/// A thread that refreshes a [`ReloadingSecret`] once an interval, until it is dropped.
///
/// It is for sources that never wait, such as files and functions. A source that is waited for needs the host's own
/// runtime: call [`ReloadingSecret::refresh`] on a timer there.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::Secret;
/// use axiom_crypto::reload::{RefreshThread, ReloadingSecret};
///
/// let source = || Ok(Secret::from(b"correct horse".to_vec()));
/// let secret = Arc::new(ReloadingSecret::builder(source).try_load().expect("a function never waits")?);
/// let thread = RefreshThread::spawn(Arc::clone(&secret))?;
/// drop(thread);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RefreshThread {
    /// What the thread waits on: it ends when this does.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RefreshThread {
    /// Refreshes once, and then once an interval.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where the source must be waited for, and what the operating system says where it
    /// gives no thread. That the first refresh failed is no error: see [`ReloadingSecret::last_failure`].
    pub fn spawn(secret: Arc<ReloadingSecret>) -> io::Result<Self> {
        if secret.try_refresh().is_none() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "the source of the secret must be waited for"));
        }
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            while stopped.recv_timeout(secret.interval()) == Err(RecvTimeoutError::Timeout) {
                let _ = secret.try_refresh();
            }
        };
        let thread = Builder::new().name("axiom-secret".to_owned()).spawn(run)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for RefreshThread {
    /// Stops the thread, and waits for a fetch that it has begun.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A source that panicked has told so already, and the secret shows that it ages.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for RefreshThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshThread(..)")
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::super::{FetchError, SecretSource};
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn it_refreshes_until_it_is_dropped() {
        let (fetched, fetches) = mpsc::channel();
        let fetched = Mutex::new(fetched);
        let source = move || {
            fetched.lock().unwrap().send(()).unwrap();
            Ok(Secret::from(vec![1]))
        };
        let builder = ReloadingSecret::builder(source).interval(Duration::from_millis(1));
        let secret = Arc::new(builder.try_load().unwrap().unwrap());
        let thread = RefreshThread::spawn(Arc::clone(&secret)).unwrap();
        for _ in 0..5 {
            fetches.recv().unwrap();
        }
        drop(thread);
        assert_eq!(Arc::strong_count(&secret), 1);
    }

    struct Remote;

    #[async_trait]
    impl SecretSource for Remote {
        async fn fetch(&self) -> Result<Secret<Vec<u8>>, FetchError> {
            Ok(Secret::from(vec![1]))
        }
    }

    #[test]
    fn a_source_that_must_be_waited_for_is_refused() {
        let secret = Arc::new(pollster::block_on(ReloadingSecret::builder(Remote).load()).unwrap());
        assert_eq!(RefreshThread::spawn(secret).unwrap_err().kind(), io::ErrorKind::Unsupported);
    }
}
