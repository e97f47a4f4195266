//! Options of `authscope serve` about links, people and secrets.

use anyhow::{Context as _, bail};
use authscope_engine::Engine;
use authscope_net::IpNet;
use authscope_server::Sharing;
use clap::Args;
use std::time::Duration;

/// How often idle sessions are looked for.
const SWEEP: Duration = Duration::from_secs(60);

/// Links, people and secrets.
#[derive(Debug, Clone, Args)]
pub(crate) struct SharingOptions {
    /// Longest time a link may be valid, such as 12h or 30d
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = duration, env = "AUTHSCOPE_SHARE_MAX")]
    pub(crate) share_max: Duration,
    /// Wipe the raw secrets of a session in which nothing happened for this long, such as 8h; its flow can then
    /// neither go on nor be retried
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = duration, env = "AUTHSCOPE_VAULT_TTL")]
    pub(crate) vault_ttl: Duration,
    /// Name of a header, parameter or JSON member whose value is secret as well; may be repeated
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        env = "AUTHSCOPE_MASK_NAME"
    )]
    pub(crate) mask_name: Vec<String>,
    /// Header in which a trusted proxy names the person who signed in there
    #[arg(
        long,
        value_name = "NAME",
        requires = "trusted_proxy",
        env = "AUTHSCOPE_TRUSTED_USER_HEADER"
    )]
    pub(crate) trusted_user_header: Option<String>,
    /// Network of the proxies that are believed; may be repeated
    #[arg(
        long,
        value_name = "CIDR",
        value_delimiter = ',',
        env = "AUTHSCOPE_TRUSTED_PROXY"
    )]
    pub(crate) trusted_proxy: Vec<IpNet>,
}

impl SharingOptions {
    /// What the server is told; `owned`: others reach this instance.
    pub(crate) fn of_server(&self, owned: bool) -> anyhow::Result<Sharing> {
        let user_header = self.trusted_user_header.as_deref().map(|name| {
            name.parse().with_context(|| {
                format!("read --trusted-user-header {name:?}: that is no name of a header")
            })
        });
        if user_header.is_some() && !owned {
            bail!(
                "use --trusted-user-header: this instance is for this machine only, where everybody owns everything; give the address that others use with --public-url"
            );
        }
        Ok(Sharing {
            owned,
            longest: self.share_max,
            user_header: user_header.transpose()?,
            proxies: self.trusted_proxy.clone(),
        })
    }

    /// Wipes the secrets of idle sessions, for as long as the process lives.
    pub(crate) async fn keep_wiping(self, engine: Engine) {
        loop {
            match engine.wipe_idle(self.vault_ttl).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "wiped the secrets of idle sessions"),
                Err(error) => {
                    tracing::error!(%error, "the secrets of idle sessions were not wiped")
                }
            }
            tokio::time::sleep(SWEEP).await;
        }
    }
}

/// A number and `s`, `m`, `h` or `d`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("expected a number and s, m, h or d, such as 24h, got {text:?}");
    let (number, unit) = text
        .trim()
        .split_at_checked(text.trim().len().saturating_sub(1))
        .ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return Err(wrong()),
    };
    let seconds = number.checked_mul(seconds).ok_or_else(wrong)?;
    if seconds < 60 {
        return Err(format!("expected a minute or more, got {text:?}"));
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration(" 24h "), Ok(Duration::from_secs(86_400)));
        assert_eq!(duration("7d"), Ok(Duration::from_secs(604_800)));
        for wrong in [
            "",
            "7",
            "h",
            "1w",
            "-1d",
            "1.5h",
            "59s",
            "99999999999999999999d",
            "1ü",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
