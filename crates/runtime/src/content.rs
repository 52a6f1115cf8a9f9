//! What is sent as a file: bytes in memory, or a file that is read while it is sent.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

/// Bytes, or a file on disk that need not fit into memory. A file is read anew for each attempt, and must not change while it is sent.
/// An attempt and the whole call may take a second more for each 64 KiB of files, unless the call has a timeout of its own.
///
/// Where calls are signed with an access key, the signature does not cover a file, which would have to be read twice, nor any body that is
/// not JSON: the call says `UNSIGNED-PAYLOAD` in place of the hash of its body.
///
/// ```
/// use tablature_runtime::Content;
///
/// let bytes: Content = b"some bytes".into();
/// let file = Content::file("images/large.qcow2");
/// # let _ = (bytes, file);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file, which is opened when it is sent.
    File(PathBuf),
}

impl Content {
    /// A file, which is opened when it is sent.
    pub fn file(path: impl Into<PathBuf>) -> Content {
        Content::File(path.into())
    }

    /// How long it is now, or the file that cannot be read.
    fn length(&self) -> Result<u64, (PathBuf, io::Error)> {
        match self {
            Content::Bytes(bytes) => Ok(bytes.len() as u64),
            Content::File(path) => {
                let found = fs::metadata(path).and_then(|found| match found.is_file() {
                    true => Ok(found.len()),
                    false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")),
                });
                found.map_err(|error| (path.clone(), error))
            }
        }
    }
}

/// Shows no payload.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Content::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

macro_rules! from_bytes {
    ($($type:ty: |$value:ident| $bytes:expr),* $(,)?) => {$(
        impl From<$type> for Content {
            fn from($value: $type) -> Content {
                Content::Bytes($bytes)
            }
        }
    )*};
}
from_bytes!(
    Bytes: |bytes| bytes,
    Vec<u8>: |bytes| bytes.into(),
    String: |text| text.into(),
    &[u8]: |bytes| Bytes::copy_from_slice(bytes),
    &str: |text| Bytes::copy_from_slice(text.as_bytes()),
);

impl<const N: usize> From<[u8; N]> for Content {
    fn from(bytes: [u8; N]) -> Content {
        bytes.as_slice().into()
    }
}

impl<const N: usize> From<&[u8; N]> for Content {
    fn from(bytes: &[u8; N]) -> Content {
        bytes.as_slice().into()
    }
}

/// A body of which a part at least is read from files while it is sent.
#[derive(Clone)]
pub struct Upload(Arc<Pieces>);

struct Pieces {
    /// Each with its length when the call was made.
    pieces: Vec<(Content, u64)>,
    length: u64,
}

impl Upload {
    /// A body of `pieces`, one after the other; the path and the reason if a file cannot be read.
    pub(crate) fn new(pieces: Vec<Content>) -> Result<Upload, (PathBuf, io::Error)> {
        let pieces = pieces.into_iter().map(|piece| piece.length().map(|length| (piece, length)));
        let pieces: Vec<(Content, u64)> = pieces.collect::<Result<_, _>>()?;
        let length = pieces.iter().map(|(_, length)| length).sum();
        Ok(Upload(Arc::new(Pieces { pieces, length })))
    }

    /// How long the body is.
    pub fn length(&self) -> u64 {
        self.0.length
    }

    /// Reads the body from its start; this waits for the disk.
    pub fn reader(&self) -> impl Read + Send + 'static {
        Reader { upload: self.clone(), next: 0, current: None, left: 0 }
    }
}

/// Shows no payload.
impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.pieces.iter().map(|(piece, _)| piece)).finish()
    }
}

struct Reader {
    upload: Upload,
    next: usize,
    current: Option<Box<dyn Read + Send>>,
    /// How much of the current piece is to come.
    left: u64,
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(current) = &mut self.current {
                let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
                let read = current.read(out.get_mut(..most).unwrap_or_default())?;
                self.left -= read as u64;
                if read > 0 {
                    return Ok(read);
                }
                if self.left > 0 {
                    return Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the file became shorter while it was sent",
                    ));
                }
                self.current = None;
            }
            let Some((piece, length)) = self.upload.0.pieces.get(self.next) else { return Ok(0) };
            self.next += 1;
            self.left = *length;
            self.current = Some(match piece {
                Content::Bytes(bytes) => Box::new(io::Cursor::new(bytes.clone())),
                Content::File(path) => Box::new(File::open(path)?),
            });
        }
    }
}
