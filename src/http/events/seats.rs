//! How many streams a user has open: an open stream costs a connection, so they are counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids::UserId;

type Taken = Arc<Mutex<HashMap<UserId, usize>>>;

/// The streams that are open.
pub struct Seats {
    per_user: usize,
    taken: Taken,
}

impl Seats {
    /// Room for so many streams of each user.
    pub fn new(per_user: usize) -> Self {
        Self {
            per_user,
            taken: Taken::default(),
        }
    }

    /// A seat until it is dropped; none if the user has as many streams as there may be.
    pub(super) fn take(&self, user: UserId) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&user).copied().unwrap_or(0);
        if count >= self.per_user {
            return None;
        }
        taken.insert(user, count + 1);
        Some(Seat {
            user,
            taken: Arc::clone(&self.taken),
        })
    }
}

/// One open stream of a user.
pub(super) struct Seat {
    user: UserId,
    taken: Taken,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_once_it_is_left() {
        let seats = Seats::new(1);
        let (anna, bert) = (UserId::new(), UserId::new());
        let seat = seats.take(anna).expect("there is room");
        assert!(seats.take(anna).is_none());
        assert!(seats.take(bert).is_some());
        drop(seat);
        assert!(seats.take(anna).is_some());
    }
}
