//! Every kind of finding: its code, severity, explanation and default help.
//!
//! A code is part of the interface of `check --format json`: it may be added, and is never given another meaning.

use crate::diagnostic::Severity;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, as printed and as `explain` takes it.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means, for `explain`.
    pub meaning: &'static str,
    /// What to do about it when the finding has no better advice.
    pub help: &'static str,
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $meaning:literal $help:literal;)*) => {
        $(#[doc = $meaning] pub static $name: Code =
            Code { id: $id, severity: Severity::$severity, meaning: $meaning, help: $help };)*
        /// All codes, in the order of the pipeline.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // Reading a page.
    PAGE_UNREADABLE "page-unreadable" Error
        "The file could not be opened or read."
        "check that the file exists and may be read";
    PAGE_NOT_UTF8 "page-not-utf8" Error
        "The file is not UTF-8 text, so no page can be read from it."
        "save the page as UTF-8, or leave the file out of the folder";
    PAGE_EMPTY "page-empty" Error
        "The file holds no text at all."
        "export the page again, or remove the file";
    PAGE_TOO_LARGE "page-too-large" Error
        "The file is larger than any reference page can be, so it was not read."
        "split the page, or leave the file out of the folder";
    PAGE_FORMAT_UNKNOWN "page-format-unknown" Warning
        "The file looks neither like Markdown nor like HTML nor like reStructuredText."
        "force the format with --format";
    MARKUP_BROKEN "markup-broken" Warning
        "The markup of the page is damaged: an element is never closed or a table is cut off. What could be read was read."
        "mend the markup at this line, or export the page again";
    NESTED_TOO_DEEP "nested-too-deep" Warning
        "Elements are nested deeper than the reader follows; what lies below was read as plain text."
        "flatten the page at this line";
    PAGE_ID_REPEATED "page-id-repeated" Warning
        "Two pages of one source carry the same page id, so the id cannot tell them apart."
        "remove one of the two pages if it is an old copy";

    // Finding the operation.
    NOT_ENDPOINT "not-endpoint" Note
        "The page documents no operation: it has no request line where one is expected, or it is a tutorial that shows a call of another API."
        "nothing to do if the page is an overview; else give it a URI section with a line such as `GET /v1/{project_id}/jobs`";
    REQUEST_LINE_MISSING "request-line-missing" Error
        "The page has the sections of an operation but no request line."
        "write `METHOD /path` into the URI section of the page";
    METHOD_MISSING "method-missing" Error
        "The URI section holds a path without an HTTP method, and no example of the page shows the method."
        "write the method in front of the path, as in `GET /v1/{project_id}/jobs`";
    METHOD_FROM_EXAMPLE "method-from-example" Warning
        "The URI section holds a path without an HTTP method; the method was taken from the page's own request example."
        "write the method in front of the path";
    REQUEST_LINES_SEVERAL "request-lines-several" Warning
        "The URI section holds several different request lines. The first one was taken; the others are kept as alternates."
        "give each operation a page of its own, or decide with an override of `path`";
    PATH_MALFORMED "path-malformed" Error
        "The path of the request line cannot be a path template: braces do not pair or a segment is not allowed in a URL."
        "write the path as `/v1/{project_id}/jobs/{job_id}`";
    PATH_PLACEHOLDER_MENDED "path-placeholder-mended" Note
        "The name of a placeholder in the path holds a blank, which no name can; it was read with an underscore there."
        "write the placeholder as the table of path parameters calls it";
    ERROR_CODE_UNUSED "error-code-unused" Warning
        "A row of a table of error codes holds no code that could be one, so it is in no `errors.toml`."
        "write one code into the cell, such as `Kite.0100`, and its HTTP status into the other one";
    HOST_UNUSED "host-unused" Warning
        "A row of a table of endpoints holds no region and host that could be ones, so it is in no `endpoints.toml`."
        "write the id of the region and the name of the host into their cells";
    OPERATION_REPEATED "operation-repeated" Warning
        "Two pages of one source document the same method, path and title; both are kept under different names."
        "remove one of the pages if it is a copy";
    NAME_KEPT "name-kept" Note
        "An operation keeps the name that its spec has, because callers use it, although the naming rule would give another one now."
        "nothing to do; to take the rule's names run `cargo xtask regen --rename`, to choose one write an override of `name`";
    NAME_CHANGED "name-changed" Warning
        "An operation has another name than before, which breaks its callers."
        "keep the old name with an override of `name`, or note the change in the changelog";

    // Reading tables.
    COLUMN_UNKNOWN "column-unknown" Warning
        "The header word of a table column is not in the vocabulary, so the column was not used; the first column was taken for the parameters' names if no other one holds them."
        "add the word to the vocabulary of its language, or mend the header";
    TABLE_UNUSED "table-unused" Warning
        "The table has no column that names parameters, or its place on the page says nothing about its role, so its rows are in no spec."
        "give the table a caption or move it into a request or response section";
    ROW_TOO_SHORT "row-too-short" Warning
        "A row has fewer cells than the header of its table; the missing cells count as empty."
        "add the missing cells";
    ROW_TOO_LONG "row-too-long" Warning
        "A row has more cells than the header of its table; the cells that are too many were not used."
        "remove the surplus cells or add the column to the header";
    ROW_UNUSED "row-unused" Warning
        "A row has no parameter name that a request or response could carry, so it is in no spec."
        "write the parameter's name into the first column";
    ROW_REPEATED "row-repeated" Warning
        "A table names the same parameter twice. The first row was kept; the message says in what the other one differs."
        "remove the row that is wrong; if that is the first one, decide with an override until the page is mended";
    TYPE_UNKNOWN "type-unknown" Warning
        "The type cell holds a word that is not in the vocabulary. The word is kept in the spec; the client treats the field as any JSON value."
        "add the word to the vocabulary, or decide with an override of `type`";
    TYPE_MISSING "type-missing" Note
        "A row has no type; the client treats it as text in a path, query or header and as any JSON value in a body."
        "write the type into the table, or decide with an override of `type`";
    MANDATORY_UNKNOWN "mandatory-unknown" Warning
        "The mandatory cell neither says yes nor no; the text is kept as a condition and nothing is checked."
        "write yes or no in front of the condition";
    CELLS_SHIFTED "cells-shifted" Warning
        "A cell holds what belongs to the neighbouring column (a type in the mandatory column or the reverse); the values were taken for what they are."
        "put the values into their columns";
    FIELD_OPAQUE "field-opaque" Note
        "A field of an object type has no table that describes it; the client gives it as any JSON value."
        "nothing to do if the object is free; else describe it in a table and link to it";
    TABLE_UNREFERENCED "table-unreferenced" Note
        "A table describes an object that no field refers to."
        "link the field to the table";
    PATH_PARAMETER_UNDECLARED "path-parameter-undeclared" Warning
        "The path holds a placeholder that no table of the page describes; it was added as text."
        "add the parameter to the table of path parameters";
    PATH_PARAMETER_UNUSED "path-parameter-unused" Warning
        "A table of path parameters describes a parameter that is not in the path."
        "remove the row, or write the placeholder into the path";
    QUERY_PARAMETER_UNDECLARED "query-parameter-undeclared" Warning
        "The query string of the request line holds a parameter that no table of the page describes; it was added as text."
        "add the parameter to the table of query parameters";
    LINK_BROKEN "link-broken" Note
        "A link points to a place that is neither on the page nor in the pages that were read."
        "mend the link, or read the pages it points to";

    // Reading examples.
    EXAMPLE_NOT_JSON "example-not-json" Warning
        "The body of an example is not JSON and could not be repaired; it is kept as text."
        "mend the JSON at this line";
    EXAMPLE_REPAIRED "example-repaired" Note
        "The body of an example is JSON only after a repair, which is recorded in the spec."
        "mend the JSON on the page";
    EXAMPLE_UNUSED "example-unused" Warning
        "A code block stands where examples stand but is neither a request nor a response that could be understood."
        "start a request with `METHOD URL`, and a response with `{`";
    EXAMPLE_PATH_DIFFERS "example-path-differs" Warning
        "The request line of an example does not fit the path of the operation."
        "find out which of the two is right and mend the other";
    EXAMPLE_METHOD_DIFFERS "example-method-differs" Warning
        "The request line of an example has another method than the operation."
        "find out which of the two is right and mend the other";
    EXAMPLE_FIELD_UNDECLARED "example-field-undeclared" Warning
        "An example holds a field that the table of its object does not declare."
        "add the field to the table";
    EXAMPLE_PARAMETER_UNDECLARED "example-parameter-undeclared" Warning
        "The request line or the headers of an example hold a parameter that no table declares, so no call can send it."
        "add the parameter to a table, or take it out of the example";
    EXAMPLE_OTHER_LINE "example-other-line" Note
        "An example calls another request line of the page than the one that the client uses."
        "nothing to do; to use the other line decide with an override of `path`";
    EXAMPLE_OTHER_MEDIA_TYPE "example-other-media-type" Note
        "The body of an example is JSON of another media type than the one that the client sends."
        "nothing to do; to use the other type decide with an override of `media_type`";
    EXAMPLE_TYPE_DIFFERS "example-type-differs" Warning
        "An example holds a value of another kind than the type that the table declares."
        "find out which of the two is right, and decide with an override of `type` until the page is mended";
    EXAMPLE_SCALAR_DIFFERS "example-scalar-differs" Note
        "An example shows a number or a boolean as text, or the reverse. Services do that, old OpenStack APIs all the time, and decoding takes either."
        "nothing to do; to change the type of the field decide with an override of `type`";
    EXAMPLE_BODY_UNEXPECTED "example-body-unexpected" Warning
        "An example shows a body where HTTP has none, such as under status 204, so no client can receive it."
        "find out which of the two is right, and mend the status or take the body away";
    EXAMPLE_FIELD_MISSING "example-field-missing" Warning
        "A request example lacks a field that the table calls mandatory."
        "add the field to the example, or decide with an override of `mandatory`";

    // Source against source.
    SOURCE_METHOD_DIFFERS "source-method-differs" Warning
        "The sources of an operation give different methods or paths."
        "find out which of the two is right and decide with an override";
    SOURCE_TYPE_DIFFERS "source-type-differs" Warning
        "The sources of an operation give a field types of different kinds; the client accepts any of them."
        "find out which of the two is right and decide with an override of `type`";
    SOURCE_MANDATORY_DIFFERS "source-mandatory-differs" Warning
        "One source calls a field mandatory and another does not; the client checks nothing."
        "find out which of the two is right and decide with an override of `mandatory`";
    SOURCE_FIELD_ONLY "source-field-only" Warning
        "Only some of the sources that have a table know this row of it."
        "find out whether the field exists, and mend the other page";
    SOURCE_NAME_DIFFERS "source-name-differs" Warning
        "The sources give one field two names; the client understands either."
        "find out which name the service uses and mend the other page";
    SOURCE_TABLE_ONLY "source-table-only" Note
        "Only some of the sources of an operation have this table."
        "mend the other page";
    SOURCE_EXAMPLE_DIFFERS "source-example-differs" Note
        "The sources show the same example with different keys."
        "mend one of the pages";
    SOURCE_FACT_DIFFERS "source-fact-differs" Warning
        "The sources give a field different limits, defaults or values."
        "find out which of the two is right and decide with an override";

    // Spec files.
    SPEC_UNREADABLE "spec-unreadable" Error
        "A spec file could not be opened or read."
        "check that the file exists and may be read; `cargo xtask regen` writes it anew";
    SPEC_SYNTAX "spec-syntax" Error
        "A spec file is not TOML."
        "mend the line, or write the file anew with `cargo xtask regen`";
    SPEC_KEY_MISSING "spec-key-missing" Error
        "A table of a spec file lacks a key that it must have."
        "add the key";
    SPEC_KEY_UNKNOWN "spec-key-unknown" Error
        "A spec file has a key that means nothing there."
        "remove the key or mend its spelling";
    SPEC_VALUE_WRONG "spec-value-wrong" Error
        "A key of a spec file has a value of the wrong type or outside of what is allowed."
        "write a value of the kind that the message names";
    SPEC_TYPE_UNKNOWN "spec-type-unknown" Error
        "A row was written with a type word that is not in the vocabulary and is not marked as unknown."
        "use a word of the type vocabulary, or add `opaque = \"unknown type word\"` to the row";
    SPEC_ROW_REPEATED "spec-row-repeated" Error
        "A table of a spec holds two rows with one name."
        "remove or rename one of the rows";
    SPEC_TABLE_UNKNOWN "spec-table-unknown" Error
        "A row refers to a table that the spec does not have, or two tables have one id."
        "give the row the id of a table of this file";
    SPEC_NAME_REPEATED "spec-name-repeated" Error
        "Two specs of a service have one operation name."
        "rename one of them with an override of `name`";
    SPEC_NAME_WRONG "spec-name-wrong" Error
        "The name of an operation or service is not a snake_case identifier, or the file is not called after it."
        "use lower-case letters, digits and underscores, and start with a letter";
    SPEC_PATH_PARAMETER "spec-path-parameter" Error
        "The placeholders of the path and the rows of the path table are not the same."
        "add the missing row or placeholder";
    SPEC_EDITED "spec-edited" Error
        "A spec file was edited by hand since it was written, and writing it anew would lose the edit."
        "move the edit to overrides.toml, or let it go with `--discard-edits`";
    SPEC_STALE "spec-stale" Error
        "A derived file is not what the pages give now."
        "run `cargo xtask regen` and commit what it changes";
    OPERATIONS_VANISH "operations-vanish" Error
        "Operations that have a spec are on no page any more, so regenerating would take them away from their callers."
        "find out what happened to the pages; if the operations are to go, run again with --accept-removals";
    INDEX_WRONG "index-wrong" Error
        "The index of a service and the spec files beside it do not agree."
        "run `cargo xtask regen`, which writes the index";

    // Overrides.
    OVERRIDE_STALE "override-stale" Error
        "The value that an override expects to replace is not what the pages say now."
        "look at the page: remove the override if the page was mended, else change `expect`";
    OVERRIDE_UNUSED "override-unused" Error
        "An override points to an operation, row or key that does not exist."
        "remove the override or mend its address";

    // Generation.
    GENERATE_NAME_CLASH "generate-name-clash" Error
        "Two things would get one Rust name and no rule tells them apart."
        "rename one of them with an override";
    GENERATE_UNSUPPORTED "generate-unsupported" Error
        "The spec asks for something that cannot be generated."
        "see the message; a spec that cannot be generated is never left out silently";

    // OpenAPI.
    OPENAPI_PATH_SHARED "openapi-path-shared" Note
        "Several operations have one method and path. OpenAPI takes one of them under the plain path; the others stand under the path with a fragment that tells them apart."
        "nothing to do; a tool that calls the path must not send the fragment";
    OPENAPI_PLACEHOLDER_RENAMED "openapi-placeholder-renamed" Note
        "Operations on one path call a placeholder differently. OpenAPI takes such paths for identical, so one name stands for all of them."
        "nothing to do; the operation's own name is kept as `x-tablature-name`";

    // Files and folders.
    OUTPUT_UNWRITABLE "output-unwritable" Error
        "A folder or file could not be written; nothing was changed."
        "choose another folder with --out, or give yourself the right to write there";
    INPUT_MISSING "input-missing" Error
        "A file or folder that was named does not exist or holds no page."
        "check the path";
    PAGE_UNCLAIMED "page-unclaimed" Error
        "Services share a folder of pages, and no service selects the operation of this page, so it would be in no client."
        "select it in the service.toml of the service that it belongs to, by the beginning of its path or by its page id";
    PAGE_CLAIMED_TWICE "page-claimed-twice" Error
        "Services share a folder of pages, and more than one of them selects the operation of this page."
        "decide which service it belongs to, and leave it out of the others with `except`";
    SOURCE_ABSENT "source-absent" Note
        "The pages of a source are not at hand, so the specs that were read from it were kept as they are."
        "name the folder with `--docs SOURCE=DIR`";
}

impl Code {
    /// Whether it says that pages contradict each other or themselves. Such a finding is about the pages: the client copes with it, and no
    /// command fails because of it.
    pub fn is_contradiction(&self) -> bool {
        CONTRADICTIONS.contains(&self)
    }
}

/// The contradictions, in the order in which summaries show them.
pub static CONTRADICTIONS: &[&Code] = &[
    &PATH_PARAMETER_UNDECLARED,
    &PATH_PARAMETER_UNUSED,
    &QUERY_PARAMETER_UNDECLARED,
    &EXAMPLE_PATH_DIFFERS,
    &EXAMPLE_METHOD_DIFFERS,
    &EXAMPLE_PARAMETER_UNDECLARED,
    &EXAMPLE_BODY_UNEXPECTED,
    &EXAMPLE_FIELD_UNDECLARED,
    &EXAMPLE_FIELD_MISSING,
    &EXAMPLE_TYPE_DIFFERS,
    &EXAMPLE_SCALAR_DIFFERS,
    &SOURCE_METHOD_DIFFERS,
    &SOURCE_NAME_DIFFERS,
    &SOURCE_TYPE_DIFFERS,
    &SOURCE_MANDATORY_DIFFERS,
    &SOURCE_FACT_DIFFERS,
    &SOURCE_FIELD_ONLY,
    &SOURCE_TABLE_ONLY,
    &SOURCE_EXAMPLE_DIFFERS,
];

/// Looks a code up by its name.
pub fn find(id: &str) -> Option<&'static Code> {
    ALL.iter().copied().find(|code| code.id == id)
}
