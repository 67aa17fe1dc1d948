//! Storms: callbacks that come often, late, bent and out of order never change a balance wrongly.

mod stale;

use proptest::prelude::*;
use serde_json::Value;

use super::channels::{Channel, Notice, Sandbox};
use super::order::{self, ChannelId, Order, Status};
use super::*;
use crate::db::{Access, Db, Query};
use crate::ids::OrderId;
use crate::ledger::{self, Account};
use crate::time::Zone;

const SECRET: &[u8] = b"a secret of the test";

/// Something that happens to one of the orders.
#[derive(Clone, Debug)]
enum Event {
    Place,
    Paid(usize),
    /// The signed callback with one member bent.
    Bent(usize, &'static str),
    /// Signed rightly, but of another amount.
    Other(usize, u32),
    Cancel(usize),
    Refund(usize),
    Spend(u32),
    Sweep,
}

fn event() -> impl Strategy<Value = Event> {
    let order = 0..4_usize;
    let member = prop::sample::select(vec![
        "trade_no",
        "transaction_id",
        "amount_fen",
        "signature",
    ]);
    prop_oneof![
        2 => Just(Event::Place),
        4 => order.clone().prop_map(Event::Paid),
        2 => (order.clone(), member).prop_map(|(order, member)| Event::Bent(order, member)),
        1 => (order.clone(), 1..3000_u32).prop_map(|(order, fen)| Event::Other(order, fen)),
        2 => order.clone().prop_map(Event::Cancel),
        2 => order.prop_map(Event::Refund),
        2 => (1..400_u32).prop_map(Event::Spend),
        1 => Just(Event::Sweep),
    ]
}

/// A till with one customer, and what their balance must be.
struct Shop {
    db: Db,
    till: Till,
    account: Account,
    orders: Vec<OrderId>,
    now: Moment,
    /// What an honest clerk would have written down.
    balance: i64,
}

/// A till with these channels.
fn till(db: &Db, channels: Vec<(ChannelId, Box<dyn Channel>)>) -> Till {
    let settings = serde_json::json!({
        "currency": "CNY", "dollar_fen": 0, "order_minutes": 60,
        "packages": [{"id": "p", "label": {"zh": "包", "en": "Pack"}, "price_fen": 990, "credits": 100, "bonus": 7}],
        "manual": {"enabled": false, "instructions": {"zh": "", "en": ""}, "days": 7},
        "sandbox": {"enabled": true},
        "wechat_pay": {
            "enabled": false, "mchid": "", "appid": "", "serial_no": "", "private_key": "", "public_key": "",
            "public_key_id": "", "apiv3_key": "", "base_url": "", "description": "",
        },
        "xpay": {"enabled": false, "offer_id": "", "app_key": "", "env": 0},
    });
    Till::new(Parts {
        db: db.clone(),
        settings: serde_json::from_value(settings).expect("settings"),
        plans: PlansSettings::default(),
        zone: Zone::named("Asia/Shanghai").expect("a zone"),
        channels,
    })
}

impl Shop {
    async fn open(directory: &std::path::Path) -> Self {
        Self::with(directory, Box::new(Sandbox::new(SECRET, "http://here"))).await
    }

    /// A till whose channel is this one.
    async fn with(directory: &std::path::Path, channel: Box<dyn Channel>) -> Self {
        let db = Db::open(directory, Access::Server).expect("a database");
        let now = Moment::now();
        let open = move |tx: &Tx<'_>| {
            let wallet = ledger::open(tx, now)?;
            let account = Account {
                wallet,
                user: UserId::new(),
            };
            tx.run(
                "INSERT INTO users (id, wallet_id, created_at, updated_at) VALUES (?1, ?2, 0, 0)",
                (account.user, wallet),
            )?;
            Ok::<_, DbError>(account)
        };
        let account = db.write(open).await.expect("a customer");
        let till = till(&db, vec![(ChannelId::Sandbox, channel)]);
        Self {
            db,
            till,
            account,
            orders: Vec::new(),
            now,
            balance: 0,
        }
    }

    fn order(&self, index: usize) -> Option<Order> {
        let id = *self.orders.get(index)?;
        let found: Result<_, DbError> = self.db.read(|r| order::find(r, id));
        found.expect("readable")
    }

    async fn callback(&self, order: &Order) -> Value {
        let channel = Sandbox::new(SECRET, "http://here");
        let payment = channel.payment(order).await.expect("a payment");
        payment["notify_body"].clone()
    }

    async fn hear(&self, body: &Value) -> bool {
        let body = body.to_string();
        let notice = Notice {
            header: &|_| String::new(),
            body: body.as_bytes(),
            now: self.now,
        };
        self.till.heard(ChannelId::Sandbox, &notice).await.is_ok()
    }

    /// Lets one thing happen and keeps the clerk's book.
    async fn live(&mut self, event: Event) {
        self.now = self.now.plus_secs(7);
        match event {
            Event::Place => {
                let wanted = Wanted::Package("p".into());
                let placed =
                    self.till
                        .order(self.account, &wanted, ChannelId::Sandbox, None, self.now);
                self.orders.push(placed.await.expect("an order").0.id);
            }
            Event::Paid(index) => {
                let Some(order) = self.order(index) else {
                    return;
                };
                assert!(self.hear(&self.callback(&order).await).await);
                if matches!(order.status, Status::Pending | Status::Closed) {
                    self.balance += 107;
                }
            }
            Event::Bent(index, member) => {
                let Some(order) = self.order(index) else {
                    return;
                };
                let mut body = self.callback(&order).await;
                body[member] = match member {
                    "amount_fen" => 1.into(),
                    _ => "00000000000000000000000000000000".into(),
                };
                assert!(!self.hear(&body).await, "{body}");
            }
            Event::Other(index, amount_fen) => self.pay_wrongly(index, amount_fen).await,
            Event::Cancel(index) => {
                let Some(order) = self.order(index) else {
                    return;
                };
                let cancelled = self.till.cancel(&order, self.now).await;
                let open = matches!(order.status, Status::Pending | Status::Closed);
                assert_eq!(cancelled.is_ok(), open);
            }
            Event::Refund(index) => {
                let Some(order) = self.order(index) else {
                    return;
                };
                let refund =
                    self.till
                        .refund(order.id, self.account.user, "storm".into(), self.now);
                let refunded = refund.await;
                assert_eq!(refunded.is_ok(), order.status == Status::Paid);
                if let Ok(refunded) = refunded {
                    assert_eq!(i64::from(refunded.taken_back), self.balance.min(107));
                    self.balance -= i64::from(refunded.taken_back);
                }
            }
            Event::Spend(credits) => self.spend(credits).await,
            Event::Sweep => {
                self.now = self.now.plus_secs(3601);
                self.till.sweep(self.now).await.expect("a sweep");
            }
        }
    }

    async fn pay_wrongly(&self, index: usize, amount_fen: u32) {
        let Some(order) = self
            .order(index)
            .filter(|order| order.item.amount_fen != amount_fen)
        else {
            return;
        };
        let receipt = orders::Receipt {
            transaction_id: format!("wrong-{amount_fen}-{}", self.now.millis()),
            amount_fen,
            currency: "CNY".into(),
        };
        let settled = self.till.settle(order.id, receipt, self.now).await;
        let refused = [orders::Settled::WrongAmount, orders::Settled::Twice];
        assert!(refused.contains(&settled.expect("an answer")));
    }

    async fn spend(&mut self, credits: u32) {
        let (account, now) = (self.account, self.now);
        let spend = move |tx: &Tx<'_>| {
            let balance = ledger::balance(tx, account.wallet)?;
            let spent = balance.min(i64::from(credits));
            if spent == balance && spent > 0 {
                ledger::expire_all(tx, account, now)?;
                return Ok::<_, DbError>(spent);
            }
            Ok(0)
        };
        self.balance -= self.db.write(spend).await.expect("spent");
    }

    fn check(&self) {
        let balance: Result<i64, DbError> =
            self.db.read(|r| ledger::balance(r, self.account.wallet));
        assert_eq!(balance.expect("a balance"), self.balance);
        let verdict: Result<ledger::Verdict, DbError> = self.db.read(ledger::verify);
        let verdict = verdict.expect("the books");
        assert_eq!(verdict.differences, 0, "{:?}", verdict.findings);
        let twice: Result<i64, DbError> = self.db.read(|r| {
            Ok(r.one(
                "SELECT count(*) - count(DISTINCT order_id) FROM entries WHERE kind = 'purchase'",
                [],
                |row| row.get(0),
            )?)
        });
        assert_eq!(twice.expect("a count"), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_storm_changes_a_balance_wrongly(events in prop::collection::vec(event(), 1..40)) {
        let directory = tempfile::tempdir().expect("a directory");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut shop = Shop::open(directory.path()).await;
            for event in events {
                shop.live(event).await;
                shop.check();
            }
            shop.db.close();
        });
    }
}
