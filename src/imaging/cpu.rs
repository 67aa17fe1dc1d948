//! A bounded pool for work that computes: one thread a core, so many megabytes for pictures that are being decoded, and
//! a panic is an error, never the process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, oneshot};

use super::codec;

/// What pictures may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// MB (1,000,000 bytes) for pictures that are being decoded at once.
    pub decode_mb: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { decode_mb: 1000 }
    }
}

/// Threads for decoding, networks and composing. Clones share it.
#[derive(Clone)]
pub struct CpuPool {
    threads: Arc<rayon::ThreadPool>,
    /// One permit for each MB.
    room: Arc<Semaphore>,
    room_mb: u32,
}

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
    pub fn new(settings: &Settings) -> Result<Self, rayon::ThreadPoolBuildError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(Self::threads())
            .thread_name(|n| format!("cpu-{n}"))
            .build()?;
        let room_mb = settings.decode_mb.max(1);
        Ok(Self {
            threads: Arc::new(pool),
            room: Arc::new(Semaphore::new(room_mb as usize)),
            room_mb,
        })
    }

    /// Runs `work`, which decodes this picture, once there is memory for it: few large pictures at a time, many small
    /// ones. One that is larger than all the room has it to itself.
    pub async fn decode<T: Send + 'static>(
        &self,
        picture: Bytes,
        work: impl FnOnce(&[u8]) -> T + Send + 'static,
    ) -> Result<T, CpuError> {
        let header = picture.clone();
        let bytes = self.run(move || codec::weight(&header)).await?;
        let mb = u32::try_from(bytes / 1_000_000).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(mb.min(self.room_mb));
        let room = room.await.map_err(|e| CpuError(e.to_string()))?;
        self.run(move || {
            let done = work(&picture);
            drop(room);
            done
        })
        .await
    }

    /// Runs `work` on the pool. It runs to its end even if nobody waits any more.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, CpuError> {
        let (reply, answer) = oneshot::channel();
        self.threads.spawn(move || {
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
        let pool = CpuPool::new(&Settings::default()).expect("threads");
        let broken = pool.run(|| -> u32 { panic!("bad pixel") }).await;
        assert_eq!(broken, Err(CpuError("bad pixel".into())));
        assert_eq!(pool.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn pictures_that_are_too_much_together_are_decoded_one_by_one() {
        let pool = CpuPool::new(&Settings { decode_mb: 10 }).expect("threads");
        // 1,000 × 1,000 px of PNG are more than half of the room.
        let large = image::DynamicImage::from(image::RgbImage::new(1000, 1000));
        let large = crate::imaging::encode(&large, crate::kinds::Format::Png, 100);
        let large = Bytes::from(large.expect("a picture"));
        assert!((5_000_001..20_000_000).contains(&codec::weight(&large)));
        let (entered, both) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let hold = |picture: Bytes| {
            let (pool, entered, both) = (pool.clone(), Arc::clone(&entered), Arc::clone(&both));
            tokio::spawn(async move {
                let wait = move |_: &[u8]| {
                    entered.add_permits(1);
                    while both.available_permits() == 0 {
                        std::thread::yield_now();
                    }
                };
                pool.decode(picture, wait).await
            })
        };
        let first = hold(large.clone());
        entered.acquire().await.expect("open").forget();
        assert_eq!(
            pool.room.available_permits(),
            10 - 10.min(codec::weight(&large) as usize / 1_000_000)
        );
        let second = pool.decode(large, <[u8]>::len);
        let early = tokio::time::timeout(std::time::Duration::from_millis(50), second).await;
        assert!(early.is_err(), "it waits for the first");
        both.add_permits(1);
        assert_eq!(first.await.expect("no panic"), Ok(()));
        assert_eq!(pool.room.available_permits(), 10);
    }

    #[tokio::test]
    async fn a_decoder_that_breaks_off_gives_its_room_back() {
        let pool = CpuPool::new(&Settings::default()).expect("threads");
        let broken = pool.decode(Bytes::from_static(b"x"), |_| panic!("bad pixel"));
        let broken: Result<(), CpuError> = broken.await;
        assert_eq!(broken, Err(CpuError("bad pixel".into())));
        assert_eq!(pool.room.available_permits(), 1000);
    }
}
