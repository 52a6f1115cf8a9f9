//! Many phrases looked for in one pass over a text.

use aho_corasick::{AhoCorasick, MatchKind};

/// A set of phrases.
#[derive(Debug)]
pub struct Phrases {
    phrases: Vec<String>,
    /// `None` if the set could not be compiled, which needs more phrases than fit into memory; then they are looked for one by one.
    machine: Option<AhoCorasick>,
}

impl Phrases {
    /// Compiles a set of phrases.
    pub fn new(phrases: Vec<String>) -> Self {
        let machine = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&phrases).ok();
        Phrases { phrases, machine }
    }

    /// Whether a text holds one of the phrases.
    pub fn any(&self, text: &str) -> bool {
        match &self.machine {
            Some(machine) => machine.is_match(text),
            None => self.phrases.iter().any(|phrase| text.contains(phrase.as_str())),
        }
    }

    /// Every place of every phrase, in the order of the phrases: the number of the phrase, and where it starts.
    pub fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let mut out: Vec<(usize, usize)> = match &self.machine {
            Some(machine) => {
                machine.find_overlapping_iter(text).map(|found| (found.pattern().as_usize(), found.start())).collect()
            }
            None => {
                let each = |(number, phrase): (usize, &String)| {
                    text.match_indices(phrase.as_str()).map(|(at, _)| (number, at)).collect::<Vec<_>>()
                };
                self.phrases.iter().enumerate().flat_map(each).collect()
            }
        };
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_every_phrase() {
        let phrases = Phrases::new(["kite", "it", "风筝"].map(str::to_string).to_vec());
        assert_eq!(phrases.places("a kite, it 风筝"), [(0, 2), (1, 3), (1, 8), (2, 11)]);
        assert!(phrases.any("sit"));
        assert!(!phrases.any("line"));
    }
}
