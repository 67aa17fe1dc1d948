//! Orders and invoice requests for accountants, a month at a time.

use serde::Serialize;

use super::invoices::{self, Invoice, InvoiceStatus};
use super::order::{self, ChannelId, Order, Status};
use crate::cells;
use crate::db::{DbError, Reader};
use crate::ids::{InvoiceId, OrderId, UserId};
use crate::time::Moment;

/// An order as accountants see it.
#[derive(Clone, Debug, Serialize)]
pub struct OrderLine {
    /// Its place in the table.
    #[serde(skip)]
    pub seq: i64,
    id: OrderId,
    /// When it was placed.
    pub created_at: Moment,
    user_id: UserId,
    item: String,
    credits: u32,
    bonus: u32,
    amount: String,
    currency: String,
    channel: ChannelId,
    status: Status,
    paid_at: Option<Moment>,
    transaction_id: Option<String>,
    refunded_at: Option<Moment>,
    #[serde(serialize_with = "cells::words")]
    refund_reason: Option<String>,
    taken_back: u32,
    shortfall: u32,
    #[serde(serialize_with = "cells::words")]
    problem: Option<String>,
}

/// A request for an invoice as accountants see it.
#[derive(Clone, Debug, Serialize)]
pub struct InvoiceLine {
    /// Its place in the table.
    #[serde(skip)]
    pub seq: i64,
    id: InvoiceId,
    /// When it was asked for.
    pub created_at: Moment,
    order_id: OrderId,
    user_id: UserId,
    amount: String,
    #[serde(serialize_with = "cells::words")]
    title: Option<String>,
    #[serde(serialize_with = "cells::words")]
    tax_number: Option<String>,
    #[serde(serialize_with = "cells::words")]
    email: Option<String>,
    status: InvoiceStatus,
    #[serde(serialize_with = "cells::words")]
    note: Option<String>,
}

impl From<Order> for OrderLine {
    fn from(order: Order) -> Self {
        Self {
            seq: order.seq,
            id: order.id,
            created_at: order.created_at,
            user_id: order.account.user,
            item: order.item.id,
            credits: order.item.credits,
            bonus: order.item.bonus,
            amount: decimal(order.item.amount_fen),
            currency: order.currency,
            channel: order.channel,
            status: order.status,
            paid_at: order.paid_at,
            transaction_id: order.transaction_id,
            refunded_at: order.refunded_at,
            refund_reason: order.refund_reason,
            taken_back: order.taken_back,
            shortfall: order.shortfall,
            problem: order.problem,
        }
    }
}

impl From<Invoice> for InvoiceLine {
    fn from(invoice: Invoice) -> Self {
        Self {
            seq: invoice.seq,
            id: invoice.id,
            created_at: invoice.created_at,
            order_id: invoice.order_id,
            user_id: invoice.user_id,
            amount: decimal(invoice.amount_fen),
            title: invoice.title,
            tax_number: invoice.tax_number,
            email: invoice.email,
            status: invoice.status,
            note: invoice.note,
        }
    }
}

/// Orders placed in `[from, until)` after the one at `after`, in order.
pub fn orders(
    db: &Reader<'_>,
    span: (Moment, Moment),
    after: i64,
    limit: u32,
) -> Result<Vec<OrderLine>, DbError> {
    let found = order::of_span(db, span, after, limit)?;
    Ok(found.into_iter().map(OrderLine::from).collect())
}

/// Invoices asked for in `[from, until)` after the one at `after`, in order.
pub fn invoices(
    db: &Reader<'_>,
    span: (Moment, Moment),
    after: i64,
    limit: u32,
) -> Result<Vec<InvoiceLine>, DbError> {
    let found = invoices::of_span(db, span, after, limit)?;
    Ok(found.into_iter().map(InvoiceLine::from).collect())
}

fn decimal(fen: u32) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_decimal() {
        assert_eq!([990, 5, 100_000].map(decimal), ["9.90", "0.05", "1000.00"]);
    }
}
