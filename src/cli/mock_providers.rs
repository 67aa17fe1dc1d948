//! `atelier mock-providers`: stand-ins for the vendors of image models, for trying things out without a key.

use clap::Args;

use crate::kinds::Choice;
use crate::mock::{MockServer, MockSettings, Play, Vendor};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8900")]
    bind: String,
    /// Milliseconds before every picture
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Share of calls that fail, 0 to 1
    #[arg(long, default_value_t = 0.0)]
    fault_rate: f64,
    /// Scenes that these calls play, in any order; without it everything that is no picture
    #[arg(long, value_delimiter = ',')]
    faults: Vec<String>,
    /// Scenes of the first calls, in turn
    #[arg(long, value_delimiter = ',')]
    script: Vec<String>,
    /// Print every scene: which answer, which class of error, what Atelier does then
    #[arg(long)]
    list: bool,
}

impl Arguments {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        if self.list {
            list();
            return Ok(());
        }
        let mock = MockServer::start(
            &self.bind,
            MockSettings {
                latency_ms: self.latency_ms,
                fault_rate: self.fault_rate,
                faults: self.faults.clone(),
                script: self.script.clone(),
                ..MockSettings::default()
            },
        )?;
        eprintln!("The mock listens; stop it with Ctrl-C. For a server's file of settings:");
        println!("[net]\nallow = [\"127.0.0.1/32\"]");
        for vendor in Vendor::ALL {
            let (name, url) = (vendor.id(), mock.base_url(*vendor));
            println!("[providers.{name}]\nbase_url = \"{url}\"\napi_key = \"mock\"");
        }
        tokio::signal::ctrl_c().await?;
        mock.stop().await;
        Ok(())
    }
}

fn list() {
    println!(
        "{:<11} {:<58} {:>6}  {:<16} action",
        "vendor", "scene", "status", "class"
    );
    for vendor in Vendor::ALL {
        for scene in vendor.scenes() {
            let status = match &scene.play {
                Play::Body { status, .. } => *status,
                Play::Html => 502,
                Play::Picture(_) | Play::Cut | Play::Huge => 200,
            };
            let class = scene.class.map_or("-", Choice::id);
            let action = scene
                .class
                .map_or("a picture".to_owned(), |class| class.action().to_string());
            let (vendor, name) = (vendor.id(), scene.name);
            println!("{vendor:<11} {name:<58} {status:>6}  {class:<16} {action}");
        }
    }
}
