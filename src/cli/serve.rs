//! `atelier serve`: the server, until SIGTERM or Ctrl-C.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::Config;
use crate::telemetry;

pub(super) fn run(settings: Config) -> anyhow::Result<()> {
    telemetry::start_log(&settings.log);
    super::in_runtime(async {
        let until = CancellationToken::new();
        stop_on_signal(until.clone())?;
        let app = App::build(settings).await?;
        let link = app.accounts().first_start_link(super::now()).await?;
        println!("Atelier is at {}", app.public_url());
        if let Some(link) = link {
            // Standard output only: the log is kept, and this link makes an administrator.
            println!(
                "Nobody administrates this server yet. Open this link, once, within seven days:"
            );
            println!("  {}", link.url(app.public_url()));
        }
        app.run(until).await
    })
}

fn stop_on_signal(until: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running jobs end first; a second signal stops at once");
        until.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // What runs is handed back at the next start; nothing is lost.
        std::process::exit(130);
    });
    Ok(())
}
