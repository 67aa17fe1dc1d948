//! What the benches of the queue share: users in a database, and an order that differs from others by its seed.

use atelier::accounts::{Accounts, BonusSettings, SigningKeys};
use atelier::db::Db;
use atelier::i18n::{Lang, Words};
use atelier::jobs::Label;
use atelier::jobs::queue::{Order, Price};
use atelier::kinds::{Format, Kind, Output, Params, Quality, Settings};
use atelier::ledger::Account;
use atelier::time::{Moment, Zone};

/// Opens accounts in this database, without a bonus.
pub(crate) async fn accounts(db: &Db) -> Accounts {
    let keys = SigningKeys::load_or_create(db, Moment::now()).await;
    let zone = Zone::named("UTC").expect("a zone");
    let bonus = BonusSettings::default();
    let keys = keys.expect("keys");
    Accounts::new(db.clone(), Default::default(), bonus, &keys, zone)
}

/// A try-on of this account for 5 credits, under a key of its own.
pub(crate) fn order(account: Account, seed: u64) -> Order {
    let mut cache_key = [0; 32];
    cache_key[..8].copy_from_slice(&seed.to_be_bytes());
    Order {
        account,
        params: Params {
            kind: Kind::VirtualTryon,
            inputs: Vec::new(),
            settings: Settings::VirtualTryon(Default::default()),
            quality: Quality::Standard,
            output: Output {
                id: "original".into(),
                label: Words::new("原始比例", "Original"),
                width: 0,
                height: 0,
                format: Format::Jpeg,
                max_kb: 0,
                background: None,
                kind: None,
            },
            seed,
        },
        inputs: Vec::new(),
        label: Label::Visible,
        language: Lang::En,
        reference: None,
        batch: None,
        auto_save: true,
        mode: "personal",
        class: 1,
        price: Price::Fixed(5),
        cache_key,
        cache_hint: None,
        fresh: false,
        key: Some((format!("key {seed}"), [1; 32])),
        webhook_url: None,
        per_user: 4,
    }
}
