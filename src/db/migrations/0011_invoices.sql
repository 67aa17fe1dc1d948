-- Accountants ask for the invoice requests of a month.

CREATE INDEX invoices_by_time ON invoices (created_at);
