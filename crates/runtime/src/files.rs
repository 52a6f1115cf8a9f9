//! What reading and writing files needs: work that waits for a disk is done on threads of its own.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::panic::resume_unwind;

use tokio::runtime::Handle;

/// Does `work` on a thread that may wait; at once where there is no runtime, which a transport of memory does not need.
pub(crate) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    match Handle::try_current() {
        Err(_) => work(),
        Ok(runtime) => match runtime.spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => Err(io::Error::other(error)),
            },
        },
    }
}

/// A text that no other call of this process or another gives.
pub(crate) fn unique() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
