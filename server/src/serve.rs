//! Runs a server: logging, listening, background jobs, graceful shutdown.

use std::future::Future;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::http::connections;
use crate::router::router;
use crate::state::{AppState, StartError};
use crate::work::jobs;

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address can't be listened on.
    #[error("can't listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    #[error("the server failed")]
    Serve(#[source] std::io::Error),
    #[error("log: '{filter}' is not a log filter; expected for example info, debug or hub_server=debug,warn")]
    Log {
        filter: String,
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
}

/// Sends log lines to stderr, with the level and format of the settings. Further calls in a process have no effect.
pub fn log_to_stderr(config: &Config) -> Result<(), ServeError> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|source| ServeError::Log { filter: config.log.clone(), source })?;
    let colours = std::io::stderr().is_terminal();
    // A log that can't be written (disk full) must not fail the request.
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .log_internal_errors(false);
    // An error means that a logger is set already.
    let _ = match config.log_format {
        LogFormat::Text => lines.try_init(),
        // There is one span per request; the list of spans would repeat it.
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
    Ok(())
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// It can't start, or the listener fails.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    log_to_stderr(&config)?;
    let state = AppState::open(config).await?;
    let address = state.config.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| ServeError::Listen { address, source })?;
    serve_on(state, listener, stop_signal()).await
}

/// Serves on a listener until `stop` ends; then running requests get `shutdown_secs` to end.
pub async fn serve_on(
    state: AppState,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = listener.local_addr().map_err(ServeError::Serve)?;
    tracing::info!(%address, store = state.root.uri(), database = ?state.catalog.engine(), "listening");
    register_datasets(&state).await;
    print_setup_link(&state).await;
    let background = state.clone();
    let background =
        tokio::spawn(
            async move { tokio::join!(jobs::run(background.clone()), background.files.drop_expired()) },
        );
    let grace = state.config.shutdown;
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let serving = connections::serve(listener, router(state.clone()), state.config.idle, async move {
        stop.await;
        tracing::info!("stopping: no new requests are accepted, running ones continue");
        let _ = stopping.send(true);
    });
    let too_late = async move {
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        () = serving => {}
        () = too_late => tracing::warn!("some requests did not end within shutdown_secs and were cancelled"),
    }
    background.abort();
    state.catalog.close().await;
    Ok(())
}

/// Registers data sets that were pushed to the store's directory without a server. A bucket is not scanned.
async fn register_datasets(state: &AppState) {
    if state.root.directory("").is_none() {
        return;
    }
    let done = match state.root.store("") {
        Ok(root) => state.catalog.take_in(&root).await.map_err(crate::Problem::from),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(done) => {
            for failure in &done.failures {
                let error = crate::problem::chain(&failure.error);
                tracing::warn!(
                    location = failure.location,
                    error,
                    "a data set of the store could not be registered"
                );
            }
            tracing::info!(
                datasets = done.datasets.len(),
                commits = done.commits,
                "registered the data sets of the store"
            );
        }
        Err(problem) => {
            tracing::warn!(
                error = crate::problem::chain(&problem),
                "could not register the data sets of the store"
            )
        }
    }
}

/// Prints the setup link of a hub without an owner: to the terminal, not the log, because the link is a secret.
async fn print_setup_link(state: &AppState) {
    match state.catalog.setup_link().await {
        Ok(Some(secret)) => drop(writeln!(
            std::io::stderr(),
            "\nThis hub has no owner yet. To create the owner's account, open this link (it works once):\n\n    {}/setup?secret={}\n",
            state.config.base_url(),
            secret.reveal()
        )),
        Ok(None) => {}
        Err(error) => tracing::warn!(
            error = crate::problem::chain(&error),
            "could not create the setup link for the first owner"
        ),
    }
}

async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
