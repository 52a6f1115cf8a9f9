//! A value that is fetched when it is needed, kept, and fetched anew before it ends: once, whatever the number of calls that want it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::CredentialsError;

/// How long before its end a value is renewed at the most; a tenth of its life if that is shorter.
const AHEAD: Duration = Duration::from_secs(600);

/// How long before its end a value is not used any more, so that it does not end on its way; a fiftieth of its life if that is shorter.
const MARGIN: Duration = Duration::from_secs(30);

/// How long a value that could not be renewed is used on before that is tried again.
const PAUSE: Duration = Duration::from_secs(30);

/// A value and how long it may be used, counted from when it was fetched; without an end it is kept for ever.
pub(super) struct Fetched<T> {
    pub(super) value: T,
    pub(super) life: Option<Duration>,
}

pub(super) struct Cached<T> {
    entry: RwLock<Option<Entry<T>>>,
    /// Held by the one that fetches; it holds what the last fetch ended with if that was an error.
    flight: Mutex<Option<CredentialsError>>,
    /// How many fetches ended: who waited for one takes its end and fetches nothing.
    landed: AtomicU64,
}

struct Entry<T> {
    value: Arc<T>,
    renew: Option<Instant>,
    end: Option<Instant>,
}

impl<T> Entry<T> {
    fn new(fetched: Fetched<T>, now: Instant) -> Entry<T> {
        let life = fetched.life;
        let before = |share: u32, most: Duration| now.checked_add(life? - (life? / share).min(most));
        Entry { value: Arc::new(fetched.value), renew: before(10, AHEAD), end: before(50, MARGIN) }
    }

    fn is_usable(&self, now: Instant) -> bool {
        self.end.is_none_or(|end| now < end)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.is_usable(now) && self.renew.is_none_or(|renew| now < renew)
    }
}

impl<T> Cached<T> {
    pub(super) fn new() -> Cached<T> {
        Cached { entry: RwLock::new(None), flight: Mutex::new(None), landed: AtomicU64::new(0) }
    }

    /// The value that is kept, however old.
    pub(super) fn kept(&self) -> Option<Arc<T>> {
        self.look(|entry| entry.map(|entry| Arc::clone(&entry.value)))
    }

    /// Forgets the value if it is the one that `refused` means.
    pub(super) fn forget(&self, refused: impl FnOnce(&T) -> bool) -> bool {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let found = entry.as_ref().is_some_and(|entry| refused(&entry.value));
        if found {
            *entry = None;
        }
        found
    }

    /// The value, fetched if there is none that can be used. A caller that goes away while it fetches leaves that to the next one.
    pub(super) async fn get(
        &self,
        now: impl Fn() -> Instant,
        fetch: impl AsyncFnOnce() -> Result<Fetched<T>, CredentialsError>,
    ) -> Result<Arc<T>, CredentialsError> {
        let fresh = |entry: Option<&Entry<T>>| {
            entry.filter(|entry| entry.is_fresh(now())).map(|entry| Arc::clone(&entry.value))
        };
        let usable = |entry: Option<&Entry<T>>| {
            entry.filter(|entry| entry.is_usable(now())).map(|entry| Arc::clone(&entry.value))
        };
        if let Some(value) = self.look(fresh) {
            return Ok(value);
        }
        let landed = self.landed.load(Ordering::Acquire);
        let old = self.look(usable);
        let mut flight = match (&old, self.flight.try_lock()) {
            (_, Ok(flight)) => flight,
            // While another call renews it, the old value is as good as ever.
            (Some(value), Err(_)) => return Ok(Arc::clone(value)),
            (None, Err(_)) => self.flight.lock().await,
        };
        if self.landed.load(Ordering::Acquire) != landed {
            if let Some(value) = self.look(usable) {
                return Ok(value);
            }
            if let Some(error) = flight.as_ref() {
                return Err(error.clone());
            }
        }
        let result = fetch().await;
        let end = match result {
            Ok(fetched) => {
                let entry = Entry::new(fetched, now());
                let value = Arc::clone(&entry.value);
                self.keep(Some(entry));
                *flight = None;
                Ok(value)
            }
            Err(error) => {
                *flight = Some(error.clone());
                self.postpone(now()).filter(|_| old.is_some()).ok_or(error)
            }
        };
        self.landed.fetch_add(1, Ordering::AcqRel);
        end
    }

    /// Leaves a value that could not be renewed in use, if it can be.
    fn postpone(&self, now: Instant) -> Option<Arc<T>> {
        let mut entry = self.entry.write().unwrap_or_else(PoisonError::into_inner);
        let entry = entry.as_mut().filter(|entry| entry.is_usable(now))?;
        entry.renew = now.checked_add(PAUSE);
        Some(Arc::clone(&entry.value))
    }

    fn look<R>(&self, look: impl FnOnce(Option<&Entry<T>>) -> R) -> R {
        look(self.entry.read().unwrap_or_else(PoisonError::into_inner).as_ref())
    }

    fn keep(&self, entry: Option<Entry<T>>) {
        *self.entry.write().unwrap_or_else(PoisonError::into_inner) = entry;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as Plain;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    /// A source that counts, fails on request, and a clock that is set by hand.
    struct Source {
        cached: Cached<usize>,
        fetches: AtomicUsize,
        fails: Plain<bool>,
        now: Plain<Instant>,
    }

    impl Source {
        fn new() -> Arc<Source> {
            Arc::new(Source {
                cached: Cached::new(),
                fetches: AtomicUsize::new(0),
                fails: Plain::new(false),
                now: Plain::new(Instant::now()),
            })
        }

        fn later(&self, seconds: u64) {
            *self.now.lock().unwrap() += Duration::from_secs(seconds);
        }

        fn fail(&self, fails: bool) {
            *self.fails.lock().unwrap() = fails;
        }

        /// A value that lives for an hour.
        async fn get(&self) -> Result<usize, String> {
            let fetch = async || {
                let count = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
                // Others come in meanwhile.
                for _ in 0..10 {
                    tokio::task::yield_now().await;
                }
                match *self.fails.lock().unwrap() {
                    true => Err(CredentialsError::new(format!("refused {count}"))),
                    false => Ok(Fetched { value: count, life: Some(Duration::from_secs(3600)) }),
                }
            };
            let value = self.cached.get(|| *self.now.lock().unwrap(), fetch).await;
            value.map(|value| *value).map_err(|error| error.to_string())
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    async fn many(source: &Arc<Source>) -> Vec<Result<usize, String>> {
        let tasks: Vec<_> =
            (0..64).map(|_| Arc::clone(source)).map(|source| tokio::spawn(async move { source.get().await })).collect();
        let mut results = Vec::new();
        for task in tasks {
            results.push(task.await.unwrap());
        }
        results
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_fetch_for_all() {
        let source = Source::new();
        assert_eq!(many(&source).await, vec![Ok(1); 64]);
        assert_eq!(many(&source).await, vec![Ok(1); 64]);
        assert!(source.cached.forget(|value| *value == 1));
        assert!(!source.cached.forget(|value| *value == 1));
        assert_eq!(many(&source).await, vec![Ok(2); 64]);
    }

    #[tokio::test]
    async fn one_error_for_all_that_waited() {
        let source = Source::new();
        source.fail(true);
        assert_eq!(many(&source).await, vec![Err("refused 1".to_owned()); 64]);
        assert_eq!(source.get().await, Err("refused 2".to_owned()));
        source.fail(false);
        assert_eq!(source.get().await, Ok(3));
    }

    #[tokio::test]
    async fn a_value_is_renewed_before_its_end() {
        let source = Source::new();
        assert_eq!(source.get().await, Ok(1));
        source.later(3600 - 361);
        assert_eq!(source.get().await, Ok(1));
        source.later(2);
        // One call fetches; those that come meanwhile have the old value.
        let results = many(&source).await;
        assert_eq!(source.fetches(), 2);
        assert_eq!(results.iter().filter(|result| **result == Ok(2)).count(), 1, "{results:?}");
        assert_eq!(source.get().await, Ok(2));
    }

    #[tokio::test]
    async fn a_value_that_cannot_be_renewed_is_used_to_its_end() {
        let source = Source::new();
        assert_eq!(source.get().await, Ok(1));
        source.fail(true);
        source.later(3600 - 300);
        assert_eq!(source.get().await, Ok(1));
        assert_eq!(source.get().await, Ok(1));
        assert_eq!(source.fetches(), 2, "it is not tried again at once");
        source.later(31);
        assert_eq!(source.get().await, Ok(1));
        assert_eq!(source.fetches(), 3);
        source.later(300);
        assert_eq!(source.get().await, Err("refused 4".to_owned()));
    }

    #[tokio::test]
    async fn who_goes_away_leaves_it_to_the_next() {
        let source = Source::new();
        {
            let mut first = Box::pin(source.get());
            assert!(futures_poll(first.as_mut()).is_none());
        }
        assert_eq!(source.get().await, Ok(2));
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        match future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
