//! `authscope backup`: a copy of the sessions in one file, while authscope runs or not.

use crate::storage::data_folder;
use anyhow::bail;
use clap::Args;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Copies the sessions into one file, while authscope runs or not.
///
/// To restore, put the file into an empty data folder as authscope.db, with the authscope.key of the old folder beside
/// it (or the same AUTHSCOPE_KEY), and start authscope on it. The key is not part of the backup: keep it somewhere else.
/// Sessions in a PostgreSQL database are backed up with pg_dump.
#[derive(Debug, Clone, Args)]
pub(crate) struct BackupArgs {
    /// File to write; it must not exist yet
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of the sessions
    #[arg(long, value_name = "DIR", env = "AUTHSCOPE_DATA")]
    data: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(args: BackupArgs) -> anyhow::Result<ExitCode> {
    if args.data.is_none() && std::env::var_os("AUTHSCOPE_STORE").is_some_and(|s| !s.is_empty()) {
        bail!(
            "back up the folder of sessions: AUTHSCOPE_STORE names a database, which is backed up with pg_dump; to back \
             up a folder all the same, name it with --data"
        );
    }
    let folder = data_folder(args.data.as_ref())?;
    authscope_store::backup(&folder, &args.file).await?;
    let bytes = std::fs::metadata(&args.file)?.len();
    writeln!(
        std::io::stdout(),
        "wrote {} ({bytes} bytes); the key that opens its sealed values is not in it: keep {} or AUTHSCOPE_KEY as well",
        args.file.display(),
        folder.join("authscope.key").display(),
    )?;
    Ok(ExitCode::SUCCESS)
}
