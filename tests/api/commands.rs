//! The executable: exit codes, one server a directory, and commands beside a running server.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

pub(crate) fn atelier(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
    command.arg("--data-dir").arg(directory).args(arguments);
    command
        .env("ATELIER_SERVER__BIND", "127.0.0.1:0")
        .stdin(Stdio::null());
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    atelier(directory, arguments).output().expect("it runs")
}

pub(crate) fn ended(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

/// A server with its standard output; the first line says where it is.
fn serve(directory: &Path) -> (Child, BufReader<impl Read + use<>>, String) {
    let mut child = atelier(directory, &["serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    said.read_line(&mut first).expect("a line");
    let url = first
        .trim()
        .rsplit(' ')
        .next()
        .expect("an address")
        .to_owned();
    (child, said, url)
}

#[test]
fn mistakes_have_their_own_exit_codes() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    assert!(ended(&run(here, &["verify"]), 66).contains("holds no Atelier database"));
    ended(&run(here, &["paint"]), 2);
    let file = here.join("atelier.toml");
    std::fs::write(&file, "[server]\nbindd = \"x\"\n").expect("a file");
    let said = ended(&run(here, &["config", "check"]), 78);
    assert!(
        said.contains("server.bindd") && said.contains("atelier.toml"),
        "{said}"
    );
    std::fs::write(&file, "[metrics]\ntoken = \"hunter2\"\n").expect("a file");
    let shown = ended(&run(here, &["config", "show"]), 0);
    assert!(
        shown.contains("(hidden)") && !shown.contains("hunter2"),
        "{shown}"
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let bind = taken.local_addr().expect("an address").to_string();
    let mut command = atelier(here, &["serve"]);
    let said = ended(
        &command
            .env("ATELIER_SERVER__BIND", &bind)
            .output()
            .expect("it runs"),
        69,
    );
    assert!(said.contains(&bind), "{said}");
}

#[test]
fn commands_work_beside_a_running_server() {
    let directory = TempDir::new().expect("a directory");
    let here = directory.path();
    let (mut server, mut said, url) = serve(here);
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        said.read_line(line).expect("a line");
    }
    assert!(lines[1].contains(&format!("{url}/#links/")), "{lines:?}");

    assert!(ended(&run(here, &["serve"]), 75).contains("another atelier server"));
    let added = ended(&run(here, &["user", "add", "Mei", "--admin"]), 0);
    assert!(
        added.contains("usr_") && added.contains("password: "),
        "{added}"
    );
    assert!(
        ended(
            &run(
                here,
                &["credits", "grant", "mei", "40", "--reason", "thanks"]
            ),
            0
        )
        .contains("1040 credits")
    );
    assert!(ended(&run(here, &["user", "list"]), 0).contains("admin"));
    assert!(ended(&run(here, &["link", "invite", "--credits", "5"]), 0).contains("/#links/"));
    ended(&run(here, &["user", "role", "mei", "user"]), 0);
    ended(&run(here, &["user", "passwd", "nobody"]), 1);
    assert!(ended(&run(here, &["verify"]), 0).contains("0 differences"));

    let copy = here.join("copy.db");
    let copy = copy.to_str().expect("a path");
    assert!(ended(&run(here, &["backup", copy]), 0).contains("checked"));
    assert!(ended(&run(here, &["backup", copy]), 1).contains("overwrites nothing"));

    let pid = Pid::from_raw(server.id().try_into().expect("a pid"));
    kill(pid, Signal::SIGTERM).expect("it is there");
    assert!(server.wait().expect("it ends").success());
}
