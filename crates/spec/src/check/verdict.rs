//! Which documented examples a client can send and give back, for tests that run all of them.

use super::findings;
use crate::codes::Code;
use crate::read::SpecFile;

/// What a test of an example has to come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// The request goes out as the example shows it, or the response comes back whole.
    Pass,
    /// It cannot, because the page contradicts itself: the codes under which [`check`](super::check()) reports that for this example, each once.
    Contradiction(Vec<&'static Code>),
}

/// What each example of an operation comes to, in their order. An example counts by itself: that of a response is not worse off for a request
/// example that cannot be sent.
///
/// A request cannot be sent as shown where its line is not the operation's, where a parameter or a field is in no table, where a parameter
/// that is no list is given twice, where its body is not JSON or is of another media type, or where it has no body although one is mandatory. A response cannot come back whole where a field with a value is in no table, where its body is not JSON, or where its status has no body. Another kind of
/// value is no reason, because types are widened to what the examples show; nor is a mandatory field that an example leaves out, because the
/// client then does not insist on it; nor anything in the body of an error.
pub fn verdicts(spec: &SpecFile) -> Vec<Expect> {
    let mut out = vec![Expect::Pass; spec.operation.examples.len()];
    for finding in findings(spec) {
        for index in finding.blocks {
            match out.get_mut(index) {
                Some(Expect::Contradiction(codes)) if codes.contains(&finding.diagnostic.code) => {}
                Some(Expect::Contradiction(codes)) => codes.push(finding.diagnostic.code),
                Some(pass) => *pass = Expect::Contradiction(vec![finding.diagnostic.code]),
                None => {}
            }
        }
    }
    out
}
