//! Requests for invoices (发票): asked for by users, issued by operators elsewhere. The only file that writes them.

use rusqlite::Row;
use serde::Serialize;

use super::order::{Order, Status as OrderStatus};
use crate::audit;
use crate::db::{DbError, Query, Reader, Tx};
use crate::ids::{InvoiceId, OrderId, UserId};
use crate::kinds::{BadParam, choice};
use crate::time::Moment;

choice! {
    /// Where a request stands.
    InvoiceStatus {
        Requested = "requested", "已申请", "Requested";
        Issued = "issued", "已开具", "Issued";
        Rejected = "rejected", "已拒绝", "Rejected";
    }
}

/// Who the invoice is made out to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    title: String,
    tax_number: Option<String>,
    email: String,
}

impl Details {
    /// Checks what was sent: a title, a tax number (companies only) and where to send it.
    pub fn parse(title: &str, tax_number: &str, email: &str) -> Result<Self, Vec<BadParam>> {
        let mut errors = Vec::new();
        let (title, tax, email) = (title.trim(), tax_number.trim(), email.trim());
        if title.is_empty() || title.chars().count() > 100 {
            errors.push(BadParam::new(
                "/title",
                "1 到 100 个字符",
                "1 to 100 characters",
            ));
        }
        let letters = tax.bytes().all(|b| b.is_ascii_alphanumeric());
        let fits = tax.is_empty() || (letters && (15..=20).contains(&tax.len()));
        if !fits {
            let (zh, en) = (
                "税号为 15 到 20 位字母和数字",
                "15 to 20 letters and digits",
            );
            errors.push(BadParam::new("/tax_number", zh, en));
        }
        let (name, host) = email.split_once('@').unwrap_or_default();
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@<>,;".contains(c);
        if name.is_empty()
            || !host.contains('.')
            || email.len() > 254
            || host.contains(odd)
            || name.contains(odd)
        {
            errors.push(BadParam::new(
                "/email",
                "邮箱地址无效",
                "not an e-mail address",
            ));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            title: title.to_owned(),
            tax_number: Some(tax.to_ascii_uppercase()).filter(|tax| !tax.is_empty()),
            email: email.to_owned(),
        })
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invoice {
    #[serde(skip)]
    /// Place in the table, for cursors.
    pub seq: i64,
    /// Its id.
    pub id: InvoiceId,
    /// The order it is for.
    pub order_id: OrderId,
    /// Who asks.
    pub user_id: UserId,
    /// What was paid, in fen.
    pub amount_fen: u32,
    /// Who it is made out to; gone with the account.
    pub title: Option<String>,
    /// The company's tax number.
    pub tax_number: Option<String>,
    /// Where it goes.
    pub email: Option<String>,
    /// Where it stands.
    pub status: InvoiceStatus,
    /// The operator's words to the user.
    pub note: Option<String>,
    /// When it was asked for.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

macro_rules! select_invoice {
    ($rest:literal) => {
        concat!(
            "SELECT i.seq, i.id, i.order_id, i.user_id, o.amount_fen, i.title, i.tax_number, i.email, i.status,
                    i.note, i.created_at, i.updated_at
             FROM invoices i JOIN orders o ON o.id = i.order_id ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> rusqlite::Result<Invoice> {
    Ok(Invoice {
        seq: row.get(0)?,
        id: row.get(1)?,
        order_id: row.get(2)?,
        user_id: row.get(3)?,
        amount_fen: row.get(4)?,
        title: row.get(5)?,
        tax_number: row.get(6)?,
        email: row.get(7)?,
        status: row.get(8)?,
        note: row.get(9)?,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
    })
}

/// Asks for an invoice of a paid order, or corrects a request that is not issued; `None` if neither is possible.
pub fn request(
    tx: &Tx<'_>,
    order: &Order,
    details: &Details,
    now: Moment,
) -> Result<Option<Invoice>, DbError> {
    if order.status != OrderStatus::Paid {
        return Ok(None);
    }
    let written = tx.run(
        "INSERT INTO invoices (id, order_id, user_id, title, tax_number, email, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
         ON CONFLICT (order_id) DO UPDATE SET title = ?4, tax_number = ?5, email = ?6, status = 'requested',
             note = NULL, updated_at = ?7 WHERE status <> 'issued'",
        (
            InvoiceId::new(),
            order.id,
            order.account.user,
            &details.title,
            &details.tax_number,
            &details.email,
            now,
        ),
    )?;
    if written == 0 {
        return Ok(None);
    }
    of_order(tx, order.id)
}

/// The request for an order.
pub fn of_order(db: &impl Query, order: OrderId) -> Result<Option<Invoice>, DbError> {
    Ok(db.first(select_invoice!("WHERE i.order_id = ?1"), [order], read)?)
}

/// Requests before the one at `cursor`, newest first.
pub fn list(
    db: &Reader<'_>,
    status: Option<InvoiceStatus>,
    cursor: Option<i64>,
    limit: u32,
) -> Result<Vec<Invoice>, DbError> {
    Ok(db.all(
        select_invoice!(
            "WHERE i.seq < ?1 AND (?2 IS NULL OR i.status = ?2) ORDER BY i.seq DESC LIMIT ?3"
        ),
        (cursor.unwrap_or(i64::MAX), status, limit),
        read,
    )?)
}

/// Requests made in `[from, until)` after the one at `after`, in order.
pub fn of_span(
    db: &Reader<'_>,
    (from, until): (Moment, Moment),
    after: i64,
    limit: u32,
) -> Result<Vec<Invoice>, DbError> {
    Ok(db.all(
        select_invoice!(
            "WHERE i.created_at >= ?1 AND i.created_at < ?2 AND i.seq > ?3 ORDER BY i.created_at, i.seq LIMIT ?4"
        ),
        (from, until, after, limit),
        read,
    )?)
}

/// Says what became of a request; `None` if there is none.
pub fn decide(
    tx: &Tx<'_>,
    id: InvoiceId,
    status: InvoiceStatus,
    note: Option<&str>,
    actor: UserId,
    now: Moment,
) -> Result<Option<Invoice>, DbError> {
    let changed = tx.run(
        "UPDATE invoices SET status = ?2, note = ?3, updated_at = ?4 WHERE id = ?1",
        (id, status, note, now),
    )?;
    if changed == 0 {
        return Ok(None);
    }
    let target = id.to_string();
    let detail = serde_json::json!({ "status": status });
    audit::write(
        tx,
        Some(actor),
        "invoice.decide",
        Some(&target),
        &detail,
        now,
    )?;
    Ok(tx.first(select_invoice!("WHERE i.id = ?1"), [id], read)?)
}

/// Removes every personal word of a user's requests.
pub fn forget_personal(tx: &Tx<'_>, user: UserId) -> Result<(), DbError> {
    tx.run(
        "UPDATE invoices SET title = NULL, tax_number = NULL, email = NULL WHERE user_id = ?1",
        [user],
    )?;
    Ok(())
}
