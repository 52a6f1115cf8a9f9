//! Measures one package of the projects: how long it alone takes to check and to build, and how large its library is.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::cargo::{Time, cargo};

/// What a package costs.
pub(crate) struct Cost {
    pub(crate) check: Time,
    pub(crate) build: Time,
    /// Bytes of the library.
    pub(crate) library: u64,
}

/// Measures a package whose dependencies are built before.
pub(crate) fn package(folder: &Path, name: &str, repeat: usize) -> Outcome<Cost> {
    eprintln!("measuring {name}");
    Ok(Cost {
        check: alone(folder, name, "check", repeat)?,
        build: alone(folder, name, "build", repeat)?,
        library: library(folder, name)?,
    })
}

/// The median of what a command takes for the package alone. What cargo takes with nothing to do is taken off.
pub(crate) fn alone(folder: &Path, name: &str, command: &str, repeat: usize) -> Outcome<Time> {
    cargo(folder, &[command, "--package", name])?;
    let (mut idle, mut busy) = (Vec::new(), Vec::new());
    for _ in 0..repeat {
        idle.push(cargo(folder, &[command, "--package", name])?.0);
        cargo(folder, &["clean", "--package", name])?;
        busy.push(cargo(folder, &[command, "--package", name])?.0);
    }
    let (idle, busy) = (median(&idle), median(&busy));
    Ok(Time { wall: busy.wall - idle.wall, cpu: busy.cpu - idle.cpu })
}

/// The median of each kind of time.
pub(crate) fn median(times: &[Time]) -> Time {
    let middle = |pick: fn(&Time) -> f64| {
        let mut values: Vec<f64> = times.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Time { wall: middle(|time| time.wall), cpu: middle(|time| time.cpu) }
}

fn library(folder: &Path, name: &str) -> Outcome<u64> {
    let start = format!("lib{}-", name.replace('-', "_"));
    let mut largest = 0;
    for entry in fs::read_dir(folder.join("target/debug/deps"))? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.starts_with(&start) && file.ends_with(".rlib") {
            largest = largest.max(entry.metadata()?.len());
        }
    }
    Ok(largest)
}
