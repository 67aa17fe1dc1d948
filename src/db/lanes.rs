//! The two bounded lanes to the writer: the workers' goes first, the door's refuses when it is full.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::writer::Item;

/// Which lane a write takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Of requests: refused when full.
    Door,
    /// Of workers: served first.
    Workers,
}

const DOOR_ROOM: usize = 1024;
const WORKERS_ROOM: usize = 8192;

#[derive(Default)]
struct Queues {
    door: VecDeque<Box<dyn Item>>,
    workers: VecDeque<Box<dyn Item>>,
    closed: bool,
}

/// Both lanes and the writer's bell.
#[derive(Default)]
pub(super) struct Lanes {
    queues: Mutex<Queues>,
    bell: Condvar,
}

/// Why an item was not taken.
pub(super) enum Refused {
    /// The lane is full; the item comes back.
    Full(Box<dyn Item>),
    /// The writer has stopped.
    Closed,
}

impl Lanes {
    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, lane: Lane, item: Box<dyn Item>) -> Result<(), Refused> {
        let mut queues = self.lock();
        if queues.closed {
            return Err(Refused::Closed);
        }
        let (queue, room) = match lane {
            Lane::Door => (&mut queues.door, DOOR_ROOM),
            Lane::Workers => (&mut queues.workers, WORKERS_ROOM),
        };
        if queue.len() >= room {
            return Err(Refused::Full(item));
        }
        queue.push_back(item);
        drop(queues);
        self.bell.notify_one();
        Ok(())
    }

    /// The next item at once, or `None` if both lanes are empty.
    pub(super) fn try_next(&self) -> Option<Box<dyn Item>> {
        let mut queues = self.lock();
        queues
            .workers
            .pop_front()
            .or_else(|| queues.door.pop_front())
    }

    /// The next item, waiting for it; `None` once the lanes are closed and empty.
    pub(super) fn next(&self) -> Option<Box<dyn Item>> {
        let mut queues = self.lock();
        loop {
            if let Some(item) = queues.workers.pop_front() {
                return Some(item);
            }
            if let Some(item) = queues.door.pop_front() {
                return Some(item);
            }
            if queues.closed {
                return None;
            }
            queues = self
                .bell
                .wait(queues)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.bell.notify_all();
    }
}
