//! The projects that are built: the templates of `bench/projects`, with this repository's crates and specs put in.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::{command, run};

/// The folder that the projects are in, and how to call xtask.
pub(crate) struct Work {
    pub(crate) folder: PathBuf,
    pub(crate) xtask: PathBuf,
}

impl Work {
    /// Copies the projects, and writes clients and documents with xtask.
    pub(crate) fn new(arguments: &Arguments) -> Outcome<Work> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = bench.join("target/figures");
        // Of a run that broke off only what was built is of use.
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry?.path();
            match path.is_dir() {
                true if path.ends_with("target") => {}
                true => fs::remove_dir_all(path)?,
                false => fs::remove_file(path)?,
            }
        }
        eprintln!("building xtask");
        run(command().args(["build", "--package", "xtask"]).current_dir(&arguments.root))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| arguments.root.join("target"), PathBuf::from);
        let xtask = target.join("debug").join(format!("xtask{}", std::env::consts::EXE_SUFFIX));
        let work = Work { folder, xtask };
        let features: Vec<String> = sdk(arguments)?.iter().map(|name| format!("{name:?}")).collect();
        let root = arguments.root.display().to_string();
        copy(&bench.join("projects"), &work.folder, &[("@ROOT@", &root), ("@SERVICES@", &features.join(", "))])?;
        work.macro_form("macro-form", arguments, &arguments.services)?;
        work.macro_form("same-api", arguments, &arguments.same)?;
        let mut vendor = vec!["vendor"];
        vendor.extend(arguments.services.iter().map(String::as_str));
        let runtime = arguments.root.join("crates/runtime").display().to_string();
        let (out, specs) = (work.path("vendored"), arguments.specs.display().to_string());
        vendor.extend(["--specs", &specs, "--out", &out, "--runtime", &runtime]);
        work.xtask(&vendor, arguments)?;
        let folders: Vec<String> = arguments
            .services
            .iter()
            .map(|name| format!("{:?}", work.path(&format!("macro-form/specs/{name}"))))
            .collect();
        fs::write(work.path("expansion-user/src/lib.rs"), format!("expansion::measure!({});\n", folders.join(" ")))?;
        fs::create_dir_all(work.path("api"))?;
        for name in &arguments.same {
            let out = work.path(&format!("api/{name}.json"));
            work.xtask(&["openapi", name, "--specs", &specs, "--version", "3.0", "--out", &out], arguments)?;
        }
        // Peers are templates that become crates once their clients are written.
        for project in ["progenitor-macro", "progenitor-file"] {
            fs::write(work.path(&format!("{project}/src/lib.rs")), "")?;
        }
        Ok(work)
    }

    /// A path in the folder, as text.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Runs `cargo xtask` with arguments.
    pub(crate) fn xtask(&self, arguments: &[&str], given: &Arguments) -> Outcome<()> {
        run(std::process::Command::new(&self.xtask).args(arguments).current_dir(&given.root)).map(|_| ())
    }

    /// A crate with one macro call for each service.
    fn macro_form(&self, project: &str, arguments: &Arguments, services: &[String]) -> Outcome<()> {
        let mut root = String::new();
        for name in services {
            writeln!(root, "pub mod {name} {{\n    tablature_macros::service!(\"specs/{name}\");\n}}")?;
            let target = self.folder.join(project).join("specs").join(name);
            fs::create_dir_all(&target)?;
            for entry in fs::read_dir(arguments.specs.join(name))? {
                let path = entry?.path();
                if let (true, Some(file)) = (path.is_file(), path.file_name()) {
                    fs::copy(&path, target.join(file))?;
                }
            }
        }
        fs::write(self.folder.join(project).join("src/lib.rs"), root)?;
        Ok(())
    }

    /// Removes everything that was built.
    pub(crate) fn clean(&self) -> Outcome<()> {
        Ok(fs::remove_dir_all(&self.folder)?)
    }
}

/// The services that are asked for and that the SDK has.
pub(crate) fn sdk(arguments: &Arguments) -> Outcome<Vec<String>> {
    let manifest = fs::read_to_string(arguments.root.join("crates/huaweicloud/Cargo.toml"))?;
    let has = |name: &&String| manifest.lines().any(|line| line == format!("{name} = []"));
    Ok(arguments.services.iter().filter(has).cloned().collect())
}

fn copy(from: &Path, to: &Path, replace: &[(&str, &str)]) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy(&path, &to.join(name), replace)?;
        } else {
            let mut text = fs::read_to_string(&path)?;
            for (mark, value) in replace {
                text = text.replace(mark, value);
            }
            fs::write(to.join(name), text)?;
        }
    }
    // Git keeps no empty folders, and most projects get their source later.
    if to.join("Cargo.toml").exists() && from.parent().is_some_and(|parent| parent.ends_with("projects")) {
        fs::create_dir_all(to.join("src"))?;
    }
    Ok(())
}
