//! The process of a model.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::sync::mpsc;

use super::limits::{WORKER_ARGUMENT, limit_memory};
use super::message::{Answer, Run, Start, receive, send, to_bytes, to_floats};
use crate::engine::{Engine, Images, Pixels, load};
use crate::onnx::Model;

/// Loads the model that is named over the socket that is this process's stdin, and runs the batches that follow.
pub fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing else can be done where stderr is closed.
            let _ = writeln!(
                io::stderr(),
                "hub {WORKER_ARGUMENT}: {error}; it is only started by other commands of the hub"
            );
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let (start, _): (Start, _) = receive(&mut socket)?;
    limit_memory(start.memory_bytes);
    let mut answers = socket.try_clone()?;
    let (sender, batches) = mpsc::sync_channel::<(Run, Vec<u8>)>(1);
    // A thread of its own, so that the process ends with the one that started it, also in the middle of a batch.
    std::thread::Builder::new().name("socket".to_owned()).spawn(move || {
        while let Ok(batch) = receive(&mut socket) {
            if sender.send(batch).is_err() {
                break;
            }
        }
        #[allow(clippy::disallowed_methods, reason = "a batch that runs must not keep the process")]
        std::process::exit(0);
    })?;
    let failed = |problem: String| Answer::Failed { problem };
    let loaded = Model::open_for(&start.path, Some(&start.output)).map_err(|error| error.to_string());
    let loaded = loaded.and_then(|model| load(&model, &start.options).map_err(|error| error.to_string()));
    let mut engine = match loaded {
        Ok(loaded) => {
            let engine = loaded.engine.describe();
            send(&mut answers, &Answer::Loaded { engine, notes: loaded.notes }, &[])?;
            loaded.engine
        }
        Err(problem) => return send(&mut answers, &failed(problem), &[]),
    };
    for (run, pixels) in batches {
        match infer(&mut *engine, &run, &pixels) {
            Ok((shape, values)) => send(&mut answers, &Answer::Output { shape }, &values)?,
            Err(problem) => send(&mut answers, &failed(problem), &[])?,
        }
    }
    Ok(())
}

/// The output's shape and its values as bytes.
fn infer(engine: &mut dyn Engine, run: &Run, pixels: &[u8]) -> Result<(Vec<usize>, Vec<u8>), String> {
    let floats;
    let pixels = if run.is_bytes {
        Pixels::U8(pixels)
    } else {
        floats = to_floats(pixels);
        Pixels::F32(&floats)
    };
    let output = engine.run(Images { pixels, shape: run.shape }).map_err(|error| error.to_string())?;
    Ok((output.shape, to_bytes(&output.values)))
}
