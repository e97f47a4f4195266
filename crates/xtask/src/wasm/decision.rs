//! Which Rust compiles the UI to WebAssembly: the decision alone, without doing anything.
//!
//! The usual way is the wasm32 target of the active toolchain, there already or added by rustup. Where rustup
//! cannot add it (no rustup, or no way to its server), Debian's own Rust packages carry the sources of the
//! standard library, from which cargo builds it.

/// The compiler of the UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The active toolchain, the one that compiles the server.
    Active,
    /// Debian's packages, which build the standard library from source.
    Debian,
}

/// Something that may be tried, and how trying it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It can be tried.
    Open,
    /// It was tried and failed; the words say why.
    Failed(String),
    /// It cannot be tried here; the words say why.
    Impossible(String),
}

/// What is known about this machine.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    /// The compiler that the person asked for.
    pub(crate) wanted: Option<Compiler>,
    /// Does the active toolchain have the wasm32 standard library?
    pub(crate) target_there: bool,
    /// `rustup target add`.
    pub(crate) add_target: Attempt,
    /// Are Debian's packages installed, and new enough?
    pub(crate) debian_there: bool,
    /// `apt-get install` of those packages.
    pub(crate) install_debian: Attempt,
}

/// The next thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Build with this compiler.
    Use(Compiler),
    /// Call `rustup target add`, then look again.
    AddTarget,
    /// Install Debian's packages, then look again.
    InstallDebian,
    /// Nothing is left to try; the words say what is missing and what to do.
    GiveUp(String),
}

/// Decides what to do next.
pub(crate) fn next(facts: &Facts) -> Next {
    let active = facts.wanted != Some(Compiler::Debian);
    let debian = facts.wanted != Some(Compiler::Active);
    if active && facts.target_there {
        Next::Use(Compiler::Active)
    } else if active && facts.add_target == Attempt::Open {
        Next::AddTarget
    } else if debian && facts.debian_there {
        Next::Use(Compiler::Debian)
    } else if debian && facts.install_debian == Attempt::Open {
        Next::InstallDebian
    } else {
        Next::GiveUp(missing(facts))
    }
}

fn missing(facts: &Facts) -> String {
    let mut text = String::from(
        "the UI needs Rust's target wasm32-unknown-unknown, and no way to it works here:",
    );
    let ways = [
        (
            Compiler::Active,
            "rustup target add wasm32-unknown-unknown",
            &facts.add_target,
        ),
        (
            Compiler::Debian,
            "apt-get install rustc-web cargo-web rust-web-src lld-22",
            &facts.install_debian,
        ),
    ];
    for (compiler, command, attempt) in ways {
        let why = match attempt {
            _ if facts.wanted.is_some_and(|wanted| wanted != compiler) => {
                "excluded by AUTHSCOPE_WASM_TOOLCHAIN"
            }
            Attempt::Open => "not tried",
            Attempt::Failed(why) | Attempt::Impossible(why) => why,
        };
        text.push_str(&format!("\n  {command}: {why}"));
    }
    text.push_str(
        "\nmake one of these commands work (as root, where it needs root), and run this again",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare_machine() -> Facts {
        Facts {
            wanted: None,
            target_there: false,
            add_target: Attempt::Open,
            debian_there: false,
            install_debian: Attempt::Open,
        }
    }

    fn failed() -> Attempt {
        Attempt::Failed("no route to the server".into())
    }

    #[test]
    fn a_target_that_is_there_is_used() {
        let facts = Facts {
            target_there: true,
            debian_there: true,
            ..bare_machine()
        };
        assert_eq!(next(&facts), Next::Use(Compiler::Active));
    }

    #[test]
    fn rustup_is_asked_before_debian_even_where_debian_is_ready() {
        assert_eq!(next(&bare_machine()), Next::AddTarget);
        assert_eq!(
            next(&Facts {
                debian_there: true,
                ..bare_machine()
            }),
            Next::AddTarget
        );
    }

    #[test]
    fn debian_follows_when_rustup_failed_or_is_not_there() {
        for add_target in [failed(), Attempt::Impossible("there is no rustup".into())] {
            let facts = Facts {
                add_target,
                ..bare_machine()
            };
            assert_eq!(next(&facts), Next::InstallDebian);
            assert_eq!(
                next(&Facts {
                    debian_there: true,
                    ..facts
                }),
                Next::Use(Compiler::Debian)
            );
        }
    }

    #[test]
    fn a_wish_is_followed() {
        let facts = Facts {
            wanted: Some(Compiler::Debian),
            target_there: true,
            ..bare_machine()
        };
        assert_eq!(next(&facts), Next::InstallDebian);
        let facts = Facts {
            wanted: Some(Compiler::Active),
            add_target: failed(),
            debian_there: true,
            ..bare_machine()
        };
        assert!(matches!(next(&facts), Next::GiveUp(_)));
    }

    #[test]
    fn giving_up_names_every_way_and_why_it_failed() {
        let install_debian = Attempt::Impossible("neither root nor sudo".into());
        let Next::GiveUp(words) = next(&Facts {
            add_target: failed(),
            install_debian,
            ..bare_machine()
        }) else {
            panic!("there was nothing left to try");
        };
        assert!(
            words.contains("rustup target add wasm32-unknown-unknown: no route to the server"),
            "{words}"
        );
        assert!(words.contains("lld-22: neither root nor sudo"), "{words}");
    }
}
