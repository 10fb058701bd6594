//! Calls that wait for a provider, and the same calls that do not.

use core::future::Future;
use core::pin::pin;
use core::task::{Context as Task, Poll, Waker};

use crate::error::Error;

/// Whether a call may wait for a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    None,
    Waits,
}

/// Why a call ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(Error),
    /// It has no patience, and a provider must be waited for.
    MustWait,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The outcome of a call with patience.
pub(crate) async fn waited<T>(call: impl Future<Output = Result<T, Stop>>) -> Result<T, Error> {
    call.await.map_err(|stop| match stop {
        Stop::Failed(error) => error,
        Stop::MustWait => unreachable!("a call with patience waits"),
    })
}

/// The outcome of a call without patience, which never suspends; `None` where it would have to.
pub(crate) fn at_once<T>(call: impl Future<Output = Result<T, Stop>>) -> Option<Result<T, Error>> {
    match pin!(call).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(Ok(value)) => Some(Ok(value)),
        Poll::Ready(Err(Stop::Failed(error))) => Some(Err(error)),
        Poll::Ready(Err(Stop::MustWait)) | Poll::Pending => None,
    }
}
