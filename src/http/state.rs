//! What handlers share. Each part of the program that has an endpoint is a field.

use std::sync::Arc;
use std::time::Instant;

use actix_web::{HttpRequest, web};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use super::middleware::Limits;
use super::wechat::Mini;
use super::{Page, Settings, events, figures, openapi, site};
use crate::accounts::Accounts;
use crate::billing::{PlansSettings, Till};
use crate::blobs::{Blobs, Signer};
use crate::db::Db;
use crate::imaging::CpuPool;
use crate::jobs::{Jobs, Snapshots, Space};
use crate::kinds::{Outputs, Prices};
use crate::moderation::Words;
use crate::providers::Router;
use crate::time::Zone;
use crate::traffic::Traffic;
use crate::uploads::Uploads;
use crate::webhooks::Webhooks;
use crate::works;

/// Everything a handler can reach. Handlers take it as `state: web::Data<State>`.
pub struct State {
    /// The database.
    pub db: Db,
    /// Who may come in.
    pub accounts: Accounts,
    /// The settings of the door.
    pub settings: Settings,
    /// Where clients reach this server, without a slash at the end.
    pub public_url: String,
    /// The operator's days.
    pub zone: Zone,
    /// Pictures at rest.
    pub blobs: Blobs,
    /// Checks the links of local blobs.
    pub signer: Signer,
    /// Input pictures.
    pub uploads: Uploads,
    /// Jobs.
    pub jobs: Jobs,
    /// Who is told of the ends of jobs.
    pub webhooks: Webhooks,
    /// Where jobs stand in line.
    pub snapshots: Snapshots,
    /// Which models there are.
    pub router: Arc<Router>,
    /// The settings of works.
    pub works: works::Settings,
    /// Free space in the data directory.
    pub space: Arc<Space>,
    /// Hours that a person has to decide about what moderation is not sure of.
    pub review_hours: u32,
    /// Judges words that others will read.
    pub words: Words,
    /// Wakes the janitor: there are bytes or accounts to remove.
    pub chores: Arc<Notify>,
    /// Plans on offer.
    pub plans: PlansSettings,
    /// WeChat, if there is a mini-program.
    pub wechat: Option<Mini>,
    /// Takes orders.
    pub till: Till,
    /// List prices.
    pub prices: Prices,
    /// Output rows.
    pub outputs: Outputs,
    /// What this site says of itself.
    pub site: site::Settings,
    /// Where pictures are computed.
    pub pool: CpuPool,
    /// Who answers for pictures, in the label for machines.
    pub producer_code: String,
    /// The web page.
    pub page: Page,
    /// The API, described.
    pub description: openapi::Description,
    /// The settings of `/metrics`.
    pub metrics: figures::Settings,
    /// The figures of this process.
    pub figures: PrometheusHandle,
    /// Rate limits.
    pub limits: Limits,
    /// Places for zips: each lies on the disk until it is fetched.
    pub zips: Arc<Semaphore>,
    /// How much the API is used.
    pub traffic: Traffic,
    /// The settings of event streams.
    pub events: events::Settings,
    /// The event streams that are open.
    pub seats: events::Seats,
    /// Cancelled when a stop begins: no new jobs, streams and waits end.
    pub stopping: CancellationToken,
    /// When this process was ready.
    pub since: Instant,
    /// All settings in force, with secrets hidden, as JSON.
    pub in_force: serde_json::Value,
}

impl State {
    /// The state of the server that got this request.
    pub fn of(request: &HttpRequest) -> web::Data<Self> {
        let state = request.app_data::<web::Data<Self>>();
        state.expect("the app is built with its state").clone()
    }
}
