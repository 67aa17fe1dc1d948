//! The operator's hand on models: switched off, or forgiven. The only file that writes them.

use crate::db::{DbError, Query, Tx};
use crate::time::Moment;

/// What an operator decided about a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its logical name.
    pub model: String,
    /// True if it must not be used.
    pub is_disabled: bool,
    /// When it was last forgiven what went before.
    pub reset_at: Option<Moment>,
}

/// Every decision.
pub fn all(db: &impl Query) -> Result<Vec<Switch>, DbError> {
    Ok(db.all(
        "SELECT model, is_disabled, reset_at FROM model_switches",
        [],
        |row| {
            Ok(Switch {
                model: row.get(0)?,
                is_disabled: row.get(1)?,
                reset_at: row.get(2)?,
            })
        },
    )?)
}

/// Switches a model off or on again; false if it was so already.
pub fn set(tx: &Tx<'_>, model: &str, is_disabled: bool, now: Moment) -> Result<bool, DbError> {
    let changed = tx.run(
        "INSERT INTO model_switches (model, is_disabled, changed_at) SELECT ?1, ?2, ?3
            WHERE ?2 OR EXISTS (SELECT 1 FROM model_switches WHERE model = ?1)
         ON CONFLICT (model) DO UPDATE SET is_disabled = ?2, changed_at = ?3 WHERE is_disabled <> ?2",
        (model, is_disabled, now),
    )?;
    Ok(changed > 0)
}

/// From now on nothing that came before speaks against a model.
pub fn reset(tx: &Tx<'_>, model: &str, now: Moment) -> Result<(), DbError> {
    tx.run(
        "INSERT INTO model_switches (model, reset_at, changed_at) VALUES (?1, ?2, ?2)
         ON CONFLICT (model) DO UPDATE SET reset_at = ?2, changed_at = ?2",
        (model, now),
    )?;
    Ok(())
}
