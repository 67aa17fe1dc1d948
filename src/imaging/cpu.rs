//! A bounded pool for work that computes: one thread a core, and a panic is an error, never the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;

/// Threads for decoding, networks and composing. Clones share it.
#[derive(Clone)]
pub struct CpuPool(Arc<rayon::ThreadPool>);

/// The work panicked or the pool went away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a computation broke off: {0}")]
pub struct CpuError(String);

impl CpuPool {
    /// How many threads a pool has: one a core.
    pub fn threads() -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    /// A pool with one thread a core.
    pub fn new() -> Result<Self, rayon::ThreadPoolBuildError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(Self::threads())
            .thread_name(|n| format!("cpu-{n}"))
            .build()?;
        Ok(Self(Arc::new(pool)))
    }

    /// Runs `work` on the pool. It runs to its end even if nobody waits any more.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CpuError> {
        let (reply, answer) = oneshot::channel();
        self.0.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(|panic| words(&*panic));
            // Whoever asked may have gone; the result is dropped then.
            let _ = reply.send(result);
        });
        match answer.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(panic)) => Err(CpuError(panic)),
            Err(_) => Err(CpuError("the pool has stopped".into())),
        }
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_pool_goes_on() {
        let pool = CpuPool::new().expect("threads");
        let broken = pool.run(|| -> u32 { panic!("bad pixel") }).await;
        assert_eq!(broken, Err(CpuError("bad pixel".into())));
        assert_eq!(pool.run(|| 7).await, Ok(7));
    }
}
