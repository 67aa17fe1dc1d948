//! What users pay with and for: packages, orders and their channels, redeem codes, plans and subscriptions, invoices.

pub mod channels;
pub mod codes;
pub mod export;
pub mod invoices;
pub mod order;
pub mod orders;
pub mod plans;
pub mod revenue;
mod settings;
pub mod subscriptions;
#[cfg(test)]
mod tests;
mod till;

pub use plans::{Plan, PlansSettings};
pub use settings::{Package, Settings};
pub use till::{Parts, Till, TillError, Wanted};

use crate::db::{DbError, Tx};
use crate::ids::UserId;
use crate::time::Moment;

/// What an account that is erased leaves behind here: no open order, no plan, no name on an invoice.
pub fn leave(tx: &Tx<'_>, user: UserId, now: Moment) -> Result<(), DbError> {
    orders::close_all_of(tx, user, now)?;
    subscriptions::end(tx, user, now)?;
    invoices::forget_personal(tx, user)
}
