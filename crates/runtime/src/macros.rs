//! What generated code calls. The macros expand to as little as possible, because it is compiled once for each type.
//!
//! With the feature `contract` every type has both directions, so that tests can fill a request from JSON and show a response as JSON.

/// Makes a struct decodable whose fields are `Option`s, arrays and maps, each with its name on the wire where that differs:
/// `response!(Server; id, meta = "OS-EXT:meta")`.
///
/// The struct gets [`Decode`](crate::Decode) and `serde::Deserialize`, and needs `Default`.
///
/// ```
/// /// A server.
/// #[derive(Debug, Default, PartialEq)]
/// #[non_exhaustive]
/// pub struct Server {
///     /// Its size.
///     pub size: Option<i64>,
///     /// Those in it.
///     pub children: Vec<Server>,
/// }
/// tablature_runtime::response!(Server; size, children = "OS-EXT:children");
///
/// let server: Server = serde_json::from_str(r#"{"size": "10", "OS-EXT:children": {"size": ""}}"#).unwrap();
/// assert_eq!(server, Server { size: Some(10), children: vec![Server { size: None, children: vec![] }] });
/// ```
#[cfg(not(feature = "contract"))]
#[macro_export]
macro_rules! response {
    ($($struct:tt)*) => {
        $crate::__decode! { $($struct)* }
        $crate::__deserialize! { $($struct)* }
    };
}

/// Makes a struct decodable whose fields are `Option`s, arrays and maps, each with its name on the wire where that differs:
#[cfg(feature = "contract")]
#[macro_export]
macro_rules! response {
    ($($struct:tt)*) => {
        $crate::__decode! { $($struct)* }
        $crate::__deserialize! { $($struct)* }
        $crate::__encode! { $($struct)* }
    };
}

/// Makes a struct encodable whose fields are all `Option`s. A star marks those without which nothing is sent:
/// `request!(Tag; *key, value = "val")`.
///
/// The struct gets [`Encode`](crate::Encode) and `serde::Serialize`.
///
/// ```
/// /// A tag.
/// #[derive(Debug, Default)]
/// #[non_exhaustive]
/// pub struct Tag {
///     /// Its name.
///     pub key: Option<String>,
///     /// Its value.
///     pub value: Option<String>,
/// }
/// tablature_runtime::request!(Tag; *key, value = "val");
///
/// let tag = Tag { key: Some("a".into()), value: Some("b".into()) };
/// assert_eq!(serde_json::to_string(&tag).unwrap(), r#"{"key":"a","val":"b"}"#);
/// ```
#[cfg(not(feature = "contract"))]
#[macro_export]
macro_rules! request {
    ($($struct:tt)*) => {
        $crate::__encode! { $($struct)* }
        $crate::__serialize! { $($struct)* }
    };
}

/// Makes a struct encodable whose fields are all `Option`s. A star marks those without which nothing is sent:
#[cfg(feature = "contract")]
#[macro_export]
macro_rules! request {
    ($($struct:tt)*) => {
        $crate::__encode! { $($struct)* }
        $crate::__serialize! { $($struct)* }
        $crate::__decode! { $($struct)* }
    };
}

/// Makes a struct both encodable and decodable: [`request!`](crate::request) and [`response!`](crate::response) in one.
#[macro_export]
macro_rules! both {
    ($($struct:tt)*) => {
        $crate::__decode! { $($struct)* }
        $crate::__deserialize! { $($struct)* }
        $crate::__encode! { $($struct)* }
        $crate::__serialize! { $($struct)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __decode {
    ($type:ident;) => {
        impl $crate::private::DecodeFields for $type {
            #[inline]
            fn fields(&mut self, with: $crate::private::WithDecode<'_>) {
                with(&[], &mut [])
            }
        }
    };
    ($type:ident; $($(* $must:ident)? $($field:ident)? $(= $wire:literal)?),+) => {
        impl $crate::private::DecodeFields for $type {
            #[inline]
            fn fields(&mut self, with: $crate::private::WithDecode<'_>) {
                with(&[$($crate::__wire!($($must)? $($field)? $($wire)?)),*], &mut [$(&mut self.$($must)? $($field)?),*])
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __encode {
    ($type:ident;) => {
        impl $crate::private::EncodeFields for $type {
            #[inline]
            fn fields(&self, with: $crate::private::WithEncode<'_>) {
                with(&[], &[], &[])
            }
        }
    };
    ($type:ident; $($(* $must:ident $(= $must_wire:literal)?)? $($field:ident $(= $wire:literal)?)?),+) => {
        impl $crate::private::EncodeFields for $type {
            #[inline]
            fn fields(&self, with: $crate::private::WithEncode<'_>) {
                with(
                    &[$($($crate::__wire!($must $($must_wire)?))? $($crate::__wire!($field $($wire)?))?),*],
                    &[$($($crate::__wire!($must $($must_wire)?),)?)*],
                    &[$(&self.$($must)? $($field)?),*],
                )
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize {
    ($type:ident $($rest:tt)*) => {
        impl<'de> $crate::private::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::private::deserialize(from)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __serialize {
    ($type:ident $($rest:tt)*) => {
        impl $crate::private::serde::Serialize for $type {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serialize(self, to)
            }
        }
    };
}

/// A field's name on the wire.
#[doc(hidden)]
#[macro_export]
macro_rules! __wire {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// What an enum of texts has besides its variants, the last of which is `Unknown(String)`.
///
/// ```
/// /// How a job runs.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum Mode {
///     /// At fixed times.
///     Batch,
///     /// All the time.
///     RealTime,
///     /// A value that the pages do not list.
///     Unknown(String),
/// }
/// tablature_runtime::open_text!(Mode; Batch = "BATCH", RealTime = "REAL_TIME");
///
/// assert_eq!(Mode::from("BATCH"), Mode::Batch);
/// assert_eq!(Mode::from("LATER").as_str(), "LATER");
/// ```
#[macro_export]
macro_rules! open_text {
    ($type:ident; $($variant:ident = $wire:literal),* $(,)?) => {
        #[allow(unreachable_patterns, reason = "pages list a value twice now and then")]
        impl $type {
            /// The value as it is sent.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        #[allow(unreachable_patterns, reason = "pages list a value twice now and then")]
        impl $crate::private::Choice for $type {
            #[inline]
            fn set(&mut self, text: ::std::string::String) -> bool {
                *self = match text.as_str() {
                    $($wire => Self::$variant,)*
                    _ => {
                        *self = Self::Unknown(text);
                        return false;
                    }
                };
                true
            }
        }

        impl $crate::Decode for $type {
            #[inline]
            fn fresh() -> Self {
                Self::Unknown(::std::string::String::new())
            }

            #[inline]
            fn open(&mut self, _: bool) -> $crate::private::Shape<'_> {
                $crate::private::Shape::Choice(self)
            }
        }

        impl $crate::Encode for $type {
            #[inline]
            fn view(&self) -> $crate::private::View<'_> {
                $crate::private::View::Text(self.as_str())
            }
        }

        impl ::core::fmt::Display for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::convert::From<::std::string::String> for $type {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                let mut value = <Self as $crate::Decode>::fresh();
                $crate::private::Choice::set(&mut value, text);
                value
            }
        }

        impl ::core::convert::From<&str> for $type {
            #[inline]
            fn from(text: &str) -> Self {
                Self::from(text.to_owned())
            }
        }

        $crate::__deserialize! { $type }
        $crate::__serialize! { $type }
    };
}

/// What every generated call has, for a tuple struct around a [`Call`](crate::Call): sending, and the options of one call.
///
/// ```
/// pub struct StopJob(tablature_runtime::Call);
///
/// impl StopJob {
///     tablature_runtime::call!(());
/// }
/// ```
///
/// One that gives a list also has the type of its items and the field that holds them, as in `call!(ListJobsResponse; Job = jobs)`, only the
/// type where the response is the list, or `pages` where items have no type. One that starts work has the response of the operation to ask:
/// `call!(CreateServersResponse; wait ShowJobResponse)`, and `wait_until` in place of `wait` where no page lists the states.
#[macro_export]
macro_rules! call {
    ($response:ty) => {
        $crate::__call!($response);
        $crate::__blocking!($response, (), ());
    };
    ($response:ty; pages) => {
        $crate::__call!($response);
        $crate::__pages!($response);
        $crate::__blocking!($response, $crate::blocking::Paged, $crate::blocking::Paged);
    };
    ($response:ty; wait $last:ty) => {
        $crate::__call!($response);
        $crate::__blocking!($response, $crate::blocking::Waiting<$last>, $crate::blocking::Waiting::default());

        /// Sends the call, and waits until the work that it starts is done.
        #[inline]
        pub fn wait(self) -> $crate::Waiter<$response, $last> {
            $crate::Waiter::new(self.0)
        }
    };
    ($response:ty; wait_until $last:ty) => {
        $crate::__call!($response);
        $crate::__blocking!($response, (), ());

        /// Sends the call, and waits until `judge` says that the work that it starts is done; no page lists its states.
        #[inline]
        pub fn wait_until(
            self,
            judge: impl ::core::ops::FnMut(&$last) -> $crate::Progress + ::core::marker::Send + 'static,
        ) -> $crate::Waiter<$response, $last> {
            $crate::Waiter::new(self.0).until(judge)
        }
    };
    ($response:ty; $item:ty $(= $field:ident)?) => {
        $crate::__call!($response);
        $crate::__pages!($response);
        $crate::__blocking!(
            $response,
            $crate::blocking::Listed<$response, $item>,
            $crate::blocking::Listed::new(|page: $response| page$(.$field)?)
        );

        /// The items of all pages, each page asked for when it is needed.
        #[inline]
        pub fn items(self) -> $crate::Items<$item> {
            $crate::Items::new($crate::Pages::<$response>::new(self.0), |page| page$(.$field)?)
        }
    };
}

/// The responses of a list.
#[doc(hidden)]
#[macro_export]
macro_rules! __pages {
    ($response:ty) => {
        /// The responses one after the other, each asked for when it is needed.
        #[inline]
        pub fn pages(self) -> $crate::Pages<$response> {
            $crate::Pages::new(self.0)
        }
    };
}

/// What every call has.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($response:ty) => {
        /// Sends the call and decodes its response.
        #[inline]
        pub fn send(
            self,
        ) -> impl ::core::future::Future<Output = ::core::result::Result<$response, $crate::Error>>
        + ::core::marker::Send
        + 'static {
            self.0.send()
        }

        /// Sends the call and gives its response as it is, with status and headers.
        #[inline]
        pub fn send_raw(
            self,
        ) -> impl ::core::future::Future<Output = ::core::result::Result<$crate::Raw<$response>, $crate::Error>>
        + ::core::marker::Send
        + 'static {
            self.0.send_raw()
        }

        /// Sends the call and gives the body of a success as it comes, for files that need not fit into memory.
        #[inline]
        pub fn send_stream(
            self,
        ) -> impl ::core::future::Future<Output = ::core::result::Result<$crate::Download, $crate::Error>>
        + ::core::marker::Send
        + 'static {
            self.0.send_stream()
        }

        /// Makes this one call in another project than the client's.
        #[inline]
        pub fn with_project_id(self, project_id: impl ::core::convert::Into<::std::string::String>) -> Self {
            Self(self.0.with_project_id(project_id.into()))
        }

        /// Sends a header with this one call, in place of any header with that name.
        #[inline]
        pub fn with_header(
            self,
            name: impl ::core::convert::AsRef<str>,
            value: impl ::core::convert::Into<::std::string::String>,
        ) -> Self {
            Self(self.0.with_header(name.as_ref(), value.into()))
        }

        /// Sends this one call to another base URL than the client's.
        #[inline]
        pub fn with_endpoint(self, url: impl ::core::convert::Into<::std::string::String>) -> Self {
            Self(self.0.with_endpoint(url.into()))
        }

        /// Lets this one call take that long, with all of its attempts.
        #[inline]
        pub fn with_timeout(self, timeout: ::core::time::Duration) -> Self {
            Self(self.0.with_timeout(timeout))
        }

        /// Tries this one call again in another way than the client's.
        #[inline]
        pub fn with_retry(self, retry: $crate::Retry) -> Self {
            Self(self.0.with_retry(retry))
        }
    };
}

/// What a generated call has besides with the feature `blocking`.
#[cfg(feature = "blocking")]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($response:ty, $kind:ty, $more:expr) => {
        /// The same call for code without async: `send` of what this returns waits.
        #[inline]
        pub fn blocking(self) -> $crate::blocking::Call<$response, $kind> {
            $crate::blocking::Call::new(self.0, $more)
        }
    };
}

#[cfg(not(feature = "blocking"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __blocking {
    ($response:ty, $kind:ty, $more:expr) => {};
}
