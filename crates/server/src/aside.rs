//! Work that keeps the processor busy: masking, parsing and judging what a server sent, which may be a megabyte made to
//! cost as much as it can. Other sessions go on meanwhile.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does the work here, and lets another thread do what else waits for this one, where there is another.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
