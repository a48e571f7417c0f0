//! What every task needs: where the project is, how to run a program in it, what git tracks.

use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// What a task answers: nothing, or why it failed.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it for whatever it runs or tests; a binary started by hand works where it stands.
    let own = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Returns a command of Cargo that runs at the root of the project.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // What Cargo told this program about itself would make some build scripts run again.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Runs a command with its output in plain view; a status other than success is an error.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|e| format!("{}: {e}", line(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", line(command)).into()) }
}

/// Runs a command and returns what it printed; its complaints stay in plain view.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| format!("{}: {e}", line(command)))?;
    if !output.status.success() {
        return Err(format!("{}: {}", line(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns what git tracks or would track, by path from the root.
pub(crate) fn paths() -> Outcome<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = output(git.current_dir(root()))?;
    Ok(listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// Returns the text files among [`paths`], each with its text.
pub(crate) fn files() -> Outcome<Vec<(String, String)>> {
    let mut files = Vec::new();
    for path in paths()? {
        // What is no text, or was deleted and not yet committed, has nothing to read.
        if let Ok(text) = fs::read_to_string(root().join(&path)) {
            files.push((path, text));
        }
    }
    if files.is_empty() {
        return Err("git lists no file: a check over nothing proves nothing".into());
    }
    Ok(files)
}

/// A package of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// Without `default`, which is no feature of its own.
    pub(crate) features: Vec<String>,
}

/// Returns the packages of the workspace.
pub(crate) fn packages() -> Outcome<Vec<Package>> {
    let text = output(&mut cargo(["metadata", "--no-deps", "--locked", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    let listed = metadata["packages"].as_array().ok_or("cargo metadata names no packages")?;
    let read = |package: &serde_json::Value| {
        let features = package["features"].as_object()?.keys();
        let features = features.filter(|name| *name != "default").cloned().collect();
        Some(Package { name: package["name"].as_str()?.to_owned(), features })
    };
    let packages: Option<Vec<Package>> = listed.iter().map(read).collect();
    Ok(packages.ok_or("cargo metadata describes a package without name or features")?)
}

/// Returns `Ok` where there is no finding, otherwise all of them, a line each.
pub(crate) fn verdict(findings: &[String]) -> Outcome {
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n").into()) }
}

fn line(command: &Command) -> String {
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
