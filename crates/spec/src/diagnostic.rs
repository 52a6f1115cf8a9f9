//! What the tools say about their input: a code, a place, what is wrong and what to do.

use std::fmt;
use std::sync::Arc;

use crate::codes::Code;

/// How bad a diagnostic is. Errors make a command fail; warnings and notes do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing was lost.
    Note,
    /// The input contradicts itself or something could not be used.
    Warning,
    /// The input cannot be used until somebody mends it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// A place in a file. Line and column count from 1; 0 means "the file as a whole" or "the line as a whole".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, relative to the folder that the command was given where that is possible.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// A line of a file.
    pub fn line(file: impl Into<Arc<str>>, line: u32) -> Self {
        Place { file: file.into(), line, column: 0 }
    }

    /// A file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), line: 0, column: 0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding it is; `explain` tells more about it.
    pub code: &'static Code,
    /// Where it was found.
    pub place: Place,
    /// What was found and what was expected, in one sentence.
    pub message: String,
    /// What to do about it, in one sentence.
    pub help: String,
    /// Other places that belong to it (the other side of a contradiction).
    pub related: Vec<(Place, String)>,
    /// The operation it belongs to, where there is one.
    pub operation: Option<String>,
}

impl Diagnostic {
    /// A finding with the help text that its code gives.
    pub fn new(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            place,
            message: message.into(),
            help: code.help.to_string(),
            related: Vec::new(),
            operation: None,
        }
    }

    /// Replaces the help text of the code by one that knows the case.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, place: Place, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }

    /// Names the operation.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.operation = Some(name.into());
        self
    }

    /// The severity of its code.
    pub fn severity(&self) -> Severity {
        self.code.severity
    }
}

/// `file:line: severity[code]: message`, then the related places and the help, each on its own line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: ", self.place, self.severity(), self.code.id)?;
        if let Some(operation) = &self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)?;
        for (place, what) in &self.related {
            write!(f, "\n  {place}: {what}")?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// Puts diagnostics into the order in which people read files: by place, then severity, then code and text.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (&a.place, b.severity(), a.code.id, &a.message, &a.operation).cmp(&(
            &b.place,
            a.severity(),
            b.code.id,
            &b.message,
            &b.operation,
        ))
    });
    diagnostics.dedup();
}
