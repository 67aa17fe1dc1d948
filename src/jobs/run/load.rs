//! How many runs this machine works on. A claimed job that waits for a core would stand as processing for minutes and
//! keep its place from jobs that only wait for a model; and one that waits for a narrow model keeps it from jobs that go
//! elsewhere.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::jobs::job::Route;

/// Counts the runs that compute here or are about to, and those of each route that no model works for yet.
#[derive(Debug)]
pub struct Load {
    most: usize,
    here: AtomicUsize,
    headed: Mutex<Vec<Route>>,
}

/// A run. While it lives it counts, except while it is away.
#[derive(Debug)]
pub struct Here {
    load: Arc<Load>,
    route: Route,
    has_arrived: AtomicBool,
}

/// While it lives, a run waits for others and does not count.
#[derive(Debug)]
pub struct Away<'a>(&'a Load);

impl Load {
    /// Nobody is here yet, and `most` may be. Runs that come back from a model are let in beyond that.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            here: AtomicUsize::new(0),
            headed: Mutex::default(),
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

    /// How many runs of a route prepare their question or wait for their first place at a model.
    pub fn headed(&self, route: Route) -> usize {
        self.routes()
            .iter()
            .filter(|other| **other == route)
            .count()
    }

    /// A run begins.
    pub fn begin(self: &Arc<Self>, route: Route) -> Here {
        self.here.fetch_add(1, Ordering::AcqRel);
        self.routes().push(route);
        Here {
            load: Arc::clone(self),
            route,
            has_arrived: AtomicBool::new(false),
        }
    }

    /// A run that is here goes to wait for others.
    pub fn leave(&self) -> Away<'_> {
        self.here.fetch_sub(1, Ordering::AcqRel);
        Away(self)
    }

    fn routes(&self) -> MutexGuard<'_, Vec<Route>> {
        self.headed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Here {
    /// A model works for the run: it stands in nobody's way any more.
    pub fn arrive(&self) {
        if !self.has_arrived.swap(true, Ordering::AcqRel) {
            let mut routes = self.load.routes();
            if let Some(at) = routes.iter().position(|route| *route == self.route) {
                routes.swap_remove(at);
            }
        }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.arrive();
        self.load.here.fetch_sub(1, Ordering::AcqRel);
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
        let mut routes = Route::all();
        let (one, other) = (
            routes.next().expect("a route"),
            routes.next().expect("another"),
        );
        let (first, _second) = (load.begin(one), load.begin(one));
        assert_eq!(load.room(), 0);
        let away = load.leave();
        assert_eq!(load.room(), 1);
        let third = load.begin(other);
        drop(away);
        assert_eq!(load.room(), 0, "three are here, and two may be");
        assert_eq!((load.headed(one), load.headed(other)), (2, 1));
        first.arrive();
        first.arrive();
        assert_eq!(load.headed(one), 1);
        drop((first, third));
        assert_eq!(load.room(), 1);
        assert_eq!((load.headed(one), load.headed(other)), (1, 0));
    }
}
