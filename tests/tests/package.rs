//! The archive of the SDK holds what it needs: it is packaged, unpacked outside of the repository, and built there.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The SDK and the crates that are published with it.
const CRATES: &[&str] =
    &["tablature-spec", "tablature-codegen", "tablature-macros", "tablature-runtime", "huaweicloud"];

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed\n{text}");
    text
}

#[test]
fn the_archive_builds_from_its_unpacked_copy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_path_buf();
    let outside = tempfile::tempdir().unwrap();
    let mut patches = String::from("[patch.crates-io]\n");
    let mut copies: Vec<PathBuf> = Vec::new();
    for name in CRATES {
        // One at a time, as `cargo package -p huaweicloud` is called by hand; building is done below, elsewhere.
        let mut package = Command::new(env!("CARGO"));
        run(package
            .args(["package", "--allow-dirty", "--no-verify", "--offline", "--quiet", "-p", name])
            .current_dir(root));
        let archive = target.join("package").join(format!("{name}-{}.crate", env!("CARGO_PKG_VERSION")));
        run(Command::new("tar").arg("xzf").arg(&archive).current_dir(outside.path()));
        let copy = outside.path().join(format!("{name}-{}", env!("CARGO_PKG_VERSION")));
        writeln!(patches, "{name} = {{ path = {:?} }}", copy).unwrap();
        copies.push(copy);
    }
    let sdk = copies.pop().unwrap();
    assert!(!sdk.join("specs/dgc/pages").exists(), "pages are not needed to build");
    assert!(sdk.join("specs/dgc/stop_job.toml").is_file());
    // The other crates are on no registry yet, so the copies of their archives stand for it.
    fs::create_dir(outside.path().join(".cargo")).unwrap();
    fs::write(outside.path().join(".cargo/config.toml"), patches).unwrap();
    let lock = sdk.join("Cargo.lock");
    fs::copy(root.join("Cargo.lock"), lock).unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--offline", "--features", "modelarts,dgc"]).current_dir(&sdk);
    let text = run(build.env("CARGO_TARGET_DIR", target));
    assert!(!text.contains("warning"), "{text}");
    assert!(text.contains(&format!("Compiling huaweicloud v{}", env!("CARGO_PKG_VERSION"))), "{text}");
}
