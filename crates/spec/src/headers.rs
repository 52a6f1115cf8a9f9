//! The headers of a request that nobody gives to a call: HTTP, the client or its credentials set them.

use crate::model::{Operation, Role, Row};

/// Pages list some of them for every call, and others for none.
const OWN: &[&str] = &[
    "accept",
    "accept-encoding",
    AUTHORIZATION,
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-auth-token",
    "x-sdk-date",
];
const AUTHORIZATION: &str = "authorization";

/// Whether the client itself sends a header in calls of the operation. An `Authorization` that must always be given is not the signature, which
/// takes turns with a token, but something of the operation's own.
pub fn is_own(operation: &Operation, name: &str) -> bool {
    if !OWN.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return false;
    }
    let rows = operation.tables_of(Role::Header).flat_map(|table| &table.rows);
    let mut rows = rows.filter(|row| row.name.eq_ignore_ascii_case(name)).peekable();
    !name.eq_ignore_ascii_case(AUTHORIZATION) || rows.peek().is_none() || !rows.all(Row::is_needed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Claim, Mandatory, Table};

    #[track_caller]
    fn check(name: &str, rows: &[(&str, Mandatory)], expect: bool) {
        let rows = rows.iter().map(|(name, mandatory)| Row {
            name: (*name).into(),
            mandatory: Some(Claim::Agreed(mandatory.clone())),
            ..Row::default()
        });
        let table = Table {
            id: "header".into(),
            role: Role::Header,
            status: None,
            caption: None,
            array: false,
            scenario: None,
            rows: rows.collect(),
            at: Vec::new(),
        };
        let operation = Operation { tables: vec![table], ..Operation::default() };
        assert_eq!(is_own(&operation, name), expect, "{name}");
    }

    #[test]
    fn an_authorization_that_must_be_given_is_the_operations() {
        check("Host", &[], true);
        check("X-Auth-Token", &[("X-Auth-Token", Mandatory::Yes)], true);
        check("workspace", &[("workspace", Mandatory::No)], false);
        check("Authorization", &[("X-Auth-Token", Mandatory::Yes)], true);
        check("authorization", &[("Authorization", Mandatory::No)], true);
        check("authorization", &[("Authorization", Mandatory::Yes)], false);
        check("Authorization", &[("Authorization", Mandatory::Yes), ("authorization", Mandatory::No)], true);
    }
}
