//! How many runs this machine works on. A claimed job that waits for a core would stand as processing for minutes and
//! keep its place from jobs that only wait for a model.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the runs that compute here or are about to.
#[derive(Debug)]
pub struct Load {
    most: usize,
    here: AtomicUsize,
}

/// A run. While it lives it counts, except while it is away.
#[derive(Debug)]
pub struct Here(Arc<Load>);

/// While it lives, a run waits for others and does not count.
#[derive(Debug)]
pub struct Away<'a>(&'a Load);

impl Load {
    /// Nobody is here yet, and `most` may be. Runs that come back from a model are let in beyond that.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            here: AtomicUsize::new(0),
        })
    }

    /// How many runs may be here at once.
    pub const fn most(&self) -> usize {
        self.most
    }

    /// How many more runs may begin now.
    pub fn room(&self) -> usize {
        self.most.saturating_sub(self.here.load(Ordering::Acquire))
    }

    /// A run begins.
    pub fn begin(self: &Arc<Self>) -> Here {
        self.here.fetch_add(1, Ordering::AcqRel);
        Here(Arc::clone(self))
    }

    /// A run that is here goes to wait for others.
    pub fn leave(&self) -> Away<'_> {
        self.here.fetch_sub(1, Ordering::AcqRel);
        Away(self)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.0.here.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Away<'_> {
    fn drop(&mut self) {
        self.0.here.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_away_leaves_room_and_comes_back_even_where_there_is_none() {
        let load = Load::new(2);
        let (first, _second) = (load.begin(), load.begin());
        assert_eq!(load.room(), 0);
        let away = load.leave();
        assert_eq!(load.room(), 1);
        let third = load.begin();
        drop(away);
        assert_eq!(load.room(), 0, "three are here, and two may be");
        drop((first, third));
        assert_eq!(load.room(), 1);
    }
}
