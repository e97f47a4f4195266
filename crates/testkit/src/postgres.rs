//! A PostgreSQL server of a test's own: made, started and ended by the test, on a socket in its own folder.
//!
//! The server refuses to run as root, so a test that runs as root starts it as the user `postgres` or `nobody`. Its
//! programs are looked for in `AUTHSCOPE_POSTGRES` (a folder), on `PATH`, and where Debian puts them.

use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The password of the server's one user: a word that is easy to find where it must not be.
pub const PASSWORD: &str = "canary-pg-password";
/// The server's one user.
const USER: &str = "authscope";
/// How long a start may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends it and removes its folder.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
    server: Child,
    databases: AtomicU32,
}

impl Postgres {
    /// Makes and starts a server.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the error says what to do.
    pub fn start() -> io::Result<Self> {
        let programs = programs()?;
        let folder = folder()?;
        let owner = owner(&folder)?;
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group))?;
        }
        let started = init(&programs, &folder, owner).and_then(|()| run(&programs, &folder, owner));
        let server = match started {
            Ok(server) => server,
            Err(error) => {
                let _ = std::fs::remove_dir_all(&folder);
                return Err(error);
            }
        };
        let mut made = Self {
            programs,
            folder,
            owner,
            server,
            databases: AtomicU32::new(0),
        };
        made.wait()?;
        Ok(made)
    }

    /// Ends the server as a crash would; [`Postgres::start_again`] starts it.
    pub fn crash(&mut self) {
        // QUIT: at once. As the server's own user, in case this is another.
        let mut kill = command(Path::new("kill"), self.owner);
        let _ = kill.arg("-QUIT").arg(self.server.id().to_string()).status();
        let _ = self.server.wait();
    }

    /// Starts the server again on its data.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> io::Result<()> {
        self.server = run(&self.programs, &self.folder, self.owner)?;
        self.wait()
    }

    fn wait(&mut self) -> io::Result<()> {
        let end = Instant::now() + LIMIT;
        while !self.tool("pg_isready").output()?.status.success() {
            if self.server.try_wait()?.is_some() || Instant::now() > end {
                return Err(io::Error::other(format!("not started: {}", self.log())));
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    /// A database of its own, empty; gives its address.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn database(&self) -> io::Result<String> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test{number}");
        let made = self.tool("createdb").arg(&name).output()?;
        if !made.status.success() {
            return Err(said("createdb", &made.stderr));
        }
        Ok(self.address(&name))
    }

    /// The address of a database, as an operator gives it.
    #[must_use]
    pub fn address(&self, database: &str) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{USER}:{PASSWORD}@{socket}/{database}")
    }

    /// A program of PostgreSQL, such as `psql`, told where the server is and who asks.
    #[must_use]
    pub fn tool(&self, name: &str) -> Command {
        let mut tool = Command::new(self.programs.join(name));
        tool.env("PGHOST", &self.folder)
            .env("PGUSER", USER)
            .env("PGPASSWORD", PASSWORD)
            .env("PGDATABASE", "postgres");
        tool
    }

    /// The folder of the server's data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// What the server has written into its log.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.crash();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn init(programs: &Path, folder: &Path, owner: Option<(u32, u32)>) -> io::Result<()> {
    let password = folder.join("password");
    File::create(&password)?.write_all(PASSWORD.as_bytes())?;
    if let Some((user, group)) = owner {
        chown(&password, Some(user), Some(group))?;
    }
    let made = command(&programs.join("initdb"), owner)
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-U", USER, "-A", "scram-sha-256", "-E", "UTF8"])
        .args(["--locale=C", "--no-sync"])
        .arg(format!("--pwfile={}", password.display()))
        .output()?;
    match made.status.success() {
        true => Ok(()),
        false => Err(said("initdb", &made.stderr)),
    }
}

fn run(programs: &Path, folder: &Path, owner: Option<(u32, u32)>) -> io::Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))?;
    let mut server = command(&programs.join("postgres"), owner);
    server
        .arg("-D")
        .arg(folder.join("data"))
        .arg("-k")
        .arg(folder)
        // No address, so no port to be taken. Nobody cuts the power, so nothing waits for the disk.
        .args(["-c", "listen_addresses=", "-c", "fsync=off"])
        .args(["-c", "max_connections=200", "-c", "autovacuum=off"])
        .stdout(Stdio::null())
        .stderr(log);
    server.spawn()
}

fn said(program: &str, words: &[u8]) -> io::Error {
    io::Error::other(format!("{program}: {}", String::from_utf8_lossy(words)))
}

fn command(program: &Path, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    // Wherever the test was started, that user may not look there.
    command.current_dir("/");
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn folder() -> io::Result<PathBuf> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("authscope-pg-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    // What a killed test with the same number has left.
    let _ = std::fs::remove_dir_all(&folder);
    DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}

/// The user and group that the server runs as; `None`: whoever runs the test.
fn owner(folder: &Path) -> io::Result<Option<(u32, u32)>> {
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let fields = |line: &str| {
            let mut fields = line.split(':');
            let found = fields.next() == Some(name);
            let user = fields.nth(1)?.parse().ok()?;
            let group = fields.next()?.parse().ok()?;
            found.then_some((user, group))
        };
        users.lines().find_map(fields)
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .map(Some)
        .ok_or_else(|| io::Error::other("PostgreSQL refuses root, and there is no other user"))
}

/// The folder of PostgreSQL's programs.
fn programs() -> io::Result<PathBuf> {
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres", "createdb", "pg_isready"]
            .iter()
            .all(|name| folder.join(name).is_file())
    };
    let named = std::env::var_os("AUTHSCOPE_POSTGRES").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut debian: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    debian.sort();
    let debian = debian.into_iter().rev().map(|(_, folder)| folder);
    named
        .into_iter()
        .chain(on_path)
        .chain(debian)
        .find(whole)
        .ok_or_else(|| {
            io::Error::other(
                "PostgreSQL is not installed: `apt-get install postgresql` does that, `cargo xtask test` too; a folder \
                 with initdb and postgres can be named in AUTHSCOPE_POSTGRES",
            )
        })
}
