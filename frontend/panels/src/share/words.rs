//! What the dialog says about a link: in one sentence who sees what until when.

use authscope_ui_kit::times;

/// Seconds.
pub(super) const HOUR: u64 = 3_600;
/// Seconds.
pub(super) const DAY: u64 = 24 * HOUR;
/// Seconds.
pub(super) const WEEK: u64 = 7 * DAY;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Watch,
    Drive,
    Snapshot,
    Owner,
}

impl Kind {
    /// Those that the form offers.
    pub(super) const OFFERED: [Self; 3] = [Self::Watch, Self::Drive, Self::Snapshot];

    /// Its name in our API.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Drive => "drive",
            Self::Snapshot => "snapshot",
            Self::Owner => "owner",
        }
    }

    pub(super) fn parse(id: &str) -> Option<Self> {
        let all = [Self::Watch, Self::Drive, Self::Snapshot, Self::Owner];
        all.into_iter().find(|kind| kind.id() == id)
    }

    /// In the list of links.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Watch => "Watch",
            Self::Drive => "Drive",
            Self::Snapshot => "Snapshot",
            Self::Owner => "Recovery",
        }
    }

    /// In the form: what is offered, and what that means.
    pub(super) const fn offer(self) -> (&'static str, &'static str) {
        match self {
            Self::Watch => (
                "Watch live",
                "they see steps as they happen, tokens masked, and cannot act",
            ),
            Self::Drive => (
                "Let them drive",
                "they can run, step, retry and sign in; still they cannot reveal secrets or share",
            ),
            Self::Snapshot => ("Snapshot", "a frozen copy of what is here now"),
            Self::Owner => ("Recovery", "everything you may"),
        }
    }

    /// Seconds it is valid when nobody chose.
    pub(super) const fn usual(self) -> u64 {
        match self {
            Self::Snapshot => WEEK,
            _ => DAY,
        }
    }
}

/// Who sees what until when. `ends`: milliseconds since the epoch.
pub(super) fn sentence(kind: Kind, claims: bool, ends: u64, now: u64) -> String {
    let what = match kind {
        Kind::Watch => "sees every step as it happens, and cannot act",
        Kind::Drive => "sees every step as it happens, and can run, step, retry and sign in",
        Kind::Snapshot => "sees what is here now and nothing later",
        Kind::Owner => "can do everything you can",
    };
    let who = if claims {
        "who signed in is shown"
    } else {
        "so is who signed in"
    };
    format!(
        "Whoever has the link, until {}, {what}. Tokens and secrets are masked; {who}.",
        times::moment(ends, now)
    )
}

/// `1 h`, `7 d`.
pub(super) fn span(seconds: u64) -> String {
    match seconds {
        ..HOUR => format!("{} min", seconds / 60),
        HOUR..=DAY => format!("{} h", seconds / HOUR),
        _ => format!("{} d", seconds / DAY),
    }
}

/// The times that are offered: the usual ones that the operator allows, and the longest.
pub(super) fn spans(longest: u64) -> Vec<u64> {
    let mut spans: Vec<u64> = [HOUR, DAY, WEEK]
        .into_iter()
        .filter(|span| *span < longest)
        .collect();
    spans.push(longest);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_longer_than_the_operators() {
        assert_eq!(spans(30 * DAY), [HOUR, DAY, WEEK, 30 * DAY]);
        assert_eq!(spans(2 * HOUR), [HOUR, 2 * HOUR]);
        assert_eq!(spans(600), [600]);
        let read: Vec<String> = spans(30 * DAY).into_iter().map(span).collect();
        assert_eq!(read, ["1 h", "24 h", "7 d", "30 d"]);
        assert_eq!(span(600), "10 min");
    }

    #[test]
    fn kinds_are_those_of_the_api() {
        for kind in Kind::OFFERED {
            assert_eq!(Kind::parse(kind.id()), Some(kind));
        }
        assert_eq!(Kind::parse("everything"), None);
    }
}
