//! A download that becomes a file, or nothing.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Download;
use crate::error::Error;
use crate::files::{on_thread, unique};

/// How much is collected before it is written, because each write is a trip to another thread.
const BATCH: usize = 256 << 10;

pub(super) async fn save(mut download: Download, path: PathBuf) -> Result<u64, Error> {
    let operation = download.operation;
    let failed = |error: io::Error| Error::file("write", &path, error).of(operation);
    let target = path.clone();
    let mut part = on_thread(move || Part::create(&target)).await.map_err(failed)?;
    let mut length = 0;
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let piece = download.next().await.transpose()?;
        let end = piece.is_none();
        if let Some(piece) = piece {
            length += piece.len() as u64;
            batch.extend_from_slice(&piece);
        }
        if end || batch.len() >= BATCH {
            let full = std::mem::take(&mut batch);
            part = on_thread(move || part.write(&full)).await.map_err(failed)?;
        }
        if end {
            let target = path.clone();
            on_thread(move || part.finish(&target)).await.map_err(failed)?;
            return Ok(length);
        }
    }
}

/// A file under another name, which is removed unless it is finished.
struct Part {
    path: Option<PathBuf>,
    file: File,
}

impl Part {
    fn create(target: &Path) -> io::Result<Part> {
        let Some(name) = target.file_name() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name"));
        };
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.part", unique()));
        let path = target.with_file_name(hidden);
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Part { path: Some(path), file })
    }

    fn write(mut self, bytes: &[u8]) -> io::Result<Part> {
        self.file.write_all(bytes)?;
        Ok(self)
    }

    fn finish(mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(path) = &self.path {
            fs::rename(path, target)?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // Nobody could be told.
            let _ = fs::remove_file(path);
        }
    }
}
