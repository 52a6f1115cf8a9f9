//! Enums that survive a value which the pages do not know.

/// Declares an enum of texts with one more variant, `Unknown(String)`, which keeps any other text.
///
/// ```
/// tablature_runtime::open_enum! {
///     /// How a job runs.
///     pub enum Mode {
///         /// At fixed times.
///         Batch = "BATCH",
///         /// All the time.
///         RealTime = "REAL_TIME",
///     }
/// }
///
/// assert_eq!(Mode::from("BATCH"), Mode::Batch);
/// assert_eq!(Mode::from("LATER").as_str(), "LATER");
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $wire:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that the pages do not list, as the service sent it.
            Unknown(::std::string::String),
        }

        #[allow(unreachable_patterns, reason = "pages list a value twice now and then")]
        impl $name {
            /// The value as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unknown(text) => text,
                }
            }

            fn known(text: &str) -> ::core::option::Option<Self> {
                match text {
                    $($wire => ::core::option::Option::Some(Self::$variant),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Unknown(text.to_owned()))
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self::known(&text).unwrap_or(Self::Unknown(text))
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error>
            where
                S: $crate::private::serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
            where
                D: $crate::private::serde::Deserializer<'de>,
            {
                let text: ::std::string::String = $crate::lenient::field(deserializer)?;
                ::core::result::Result::Ok(::core::convert::From::from(text))
            }
        }
    };
}
