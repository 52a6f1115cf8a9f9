//! What stands between the parentheses of the macros.

use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

/// `"specs/dgc"`, then optionally `example = "huaweicloud::Client", accessor = "dgc"`.
pub(crate) struct ServiceArguments {
    pub(crate) folder: LitStr,
    pub(crate) example: Option<(String, String)>,
}

/// `"specs/dgc", client = huaweicloud::dgc::Client`.
pub(crate) struct ContractArguments {
    pub(crate) folder: LitStr,
    pub(crate) client: String,
}

const SERVICE: &str =
    "write service!(\"specs/NAME\") or service!(\"specs/NAME\", example = \"krate::Client\", accessor = \"NAME\")";
const CONTRACT: &str = "write contract!(\"specs/NAME\", client = krate::NAME::Client)";

impl Parse for ServiceArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let folder = folder(input, SERVICE)?;
        let mut example: Option<(LitStr, String)> = None;
        let mut accessor: Option<(LitStr, Ident)> = None;
        while let Some(key) = key(input, SERVICE)? {
            let value: LitStr = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), format!("`{key}` takes a text in quotes; {SERVICE}")))?;
            match key.to_string().as_str() {
                "example" if example.is_none() => {
                    let parsed = value.parse_with(path).map_err(|_| {
                        syn::Error::new(
                            value.span(),
                            "`example` must be the path of a type, such as \"huaweicloud::Client\"",
                        )
                    })?;
                    example = Some((value, parsed));
                }
                "accessor" if accessor.is_none() => {
                    let name = value.parse::<Ident>().map_err(|_| {
                        syn::Error::new(value.span(), "`accessor` must be the name of a function, such as \"dgc\"")
                    })?;
                    accessor = Some((value, name));
                }
                _ => return Err(syn::Error::new(key.span(), format!("`{key}` is unknown or given twice; {SERVICE}"))),
            }
        }
        let example = match (example, accessor) {
            (Some((_, path)), Some((_, name))) => Some((path, name.to_string())),
            (None, None) => None,
            (Some((value, _)), None) | (None, Some((value, _))) => {
                return Err(syn::Error::new(value.span(), format!("`example` and `accessor` go together; {SERVICE}")));
            }
        };
        Ok(ServiceArguments { folder, example })
    }
}

impl Parse for ContractArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let folder = folder(input, CONTRACT)?;
        let mut client = None;
        while let Some(key) = key(input, CONTRACT)? {
            if key != "client" || client.is_some() {
                return Err(syn::Error::new(key.span(), format!("`{key}` is unknown or given twice; {CONTRACT}")));
            }
            let parsed = path(input);
            client = Some(parsed.map_err(|error| {
                syn::Error::new(error.span(), format!("`client` takes the path of a type; {CONTRACT}"))
            })?);
        }
        match client {
            Some(client) => Ok(ContractArguments { folder, client }),
            None => Err(syn::Error::new(folder.span(), format!("`client` is missing; {CONTRACT}"))),
        }
    }
}

fn folder(input: ParseStream<'_>, usage: &str) -> syn::Result<LitStr> {
    input.parse().map_err(|error| {
        syn::Error::new(error.span(), format!("the first argument is the folder of the specs; {usage}"))
    })
}

/// The key after a comma; nothing at the end or after a trailing comma.
fn key(input: ParseStream<'_>, usage: &str) -> syn::Result<Option<Ident>> {
    if input.is_empty() {
        return Ok(None);
    }
    let wrong =
        |error: syn::Error| syn::Error::new(error.span(), format!("a comma and `key = value` were expected; {usage}"));
    input.parse::<Token![,]>().map_err(wrong)?;
    if input.is_empty() {
        return Ok(None);
    }
    let key = input.parse().map_err(wrong)?;
    input.parse::<Token![=]>().map_err(wrong)?;
    Ok(Some(key))
}

/// A path without generics, as text.
fn path(input: ParseStream<'_>) -> syn::Result<String> {
    let mut path = String::new();
    if input.parse::<Option<Token![::]>>()?.is_some() {
        path.push_str("::");
    }
    loop {
        path.push_str(&input.call(Ident::parse_any)?.to_string());
        if input.parse::<Option<Token![::]>>()?.is_none() {
            return Ok(path);
        }
        path.push_str("::");
    }
}
