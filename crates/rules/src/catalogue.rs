//! The catalogue: every rule of every area, in the order of the flow.

use crate::areas;
use crate::rule::{Rule, RuleInfo};
use std::sync::LazyLock;

static INFOS: LazyLock<Vec<&'static RuleInfo>> =
    LazyLock::new(|| rules().map(|rule| rule.info).collect());

/// Every rule.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    areas::ALL.iter().flat_map(|area| area.iter())
}

/// What every rule says about itself.
#[must_use]
pub fn catalogue() -> &'static [&'static RuleInfo] {
    &INFOS
}

/// What the rule with an id says about itself.
#[must_use]
pub fn info(id: &str) -> Option<&'static RuleInfo> {
    INFOS.iter().copied().find(|info| info.id == id)
}

/// The Markdown page of a rule; `None` for an unknown id, and always in builds without the pages.
#[must_use]
pub fn page(id: &str) -> Option<&'static str> {
    #[cfg(feature = "pages")]
    {
        rules()
            .find(|rule| rule.info.id == id)
            .map(|rule| rule.page)
    }
    #[cfg(not(feature = "pages"))]
    {
        let _ = id;
        None
    }
}
