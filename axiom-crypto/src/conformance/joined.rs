//! Futures that run at the same time, on any executor.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::Poll;

/// The outputs of all futures, which are polled together.
///
/// Each is polled whenever one of them wakes the task; for the few of a test that is good enough.
pub(super) async fn joined<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        for (future, output) in &mut running {
            if output.is_none()
                && let Poll::Ready(ready) = Pin::as_mut(future).poll(context)
            {
                *output = Some(ready);
            }
        }
        if running.iter().all(|(_, output)| output.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    running.into_iter().map(|(_, output)| output.expect("every future is ready")).collect()
}
