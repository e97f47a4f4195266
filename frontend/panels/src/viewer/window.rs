//! The part of something long that is in the page.

/// A stretch of lines, bytes or rows; never more than `total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The first that is shown.
    pub(super) from: usize,
    /// One past the last that is shown.
    pub(super) to: usize,
    /// How many there are.
    pub(super) total: usize,
    /// How many come with each step.
    page: usize,
}

impl Window {
    /// The beginning.
    pub(super) fn new(total: usize, page: usize) -> Self {
        Self {
            from: 0,
            to: page.min(total),
            total,
            page,
        }
    }

    /// With the next page.
    pub(super) fn more(self) -> Self {
        let to = self.to.saturating_add(self.page).min(self.total);
        Self { to, ..self }
    }

    /// With the page before.
    pub(super) fn earlier(self) -> Self {
        let from = self.from.saturating_sub(self.page);
        Self { from, ..self }
    }

    /// With a place in it: as it is when it holds that, else a page around it.
    pub(super) fn around(self, at: usize) -> Self {
        if (self.from..self.to).contains(&at) {
            return self;
        }
        // A place beyond the end is none of this text.
        let from = at.min(self.total).saturating_sub(self.page / 4);
        let to = from.saturating_add(self.page).min(self.total);
        Self { from, to, ..self }
    }

    /// With another total: what was shown stays shown as far as it is there.
    pub(super) fn of(self, total: usize) -> Self {
        let least = self.page.min(total);
        let from = self.from.min(total.saturating_sub(least));
        let to = self.to.clamp(from.saturating_add(least), total.max(least));
        Self {
            from,
            to: to.min(total),
            total,
            ..self
        }
    }

    /// How many come after.
    pub(super) const fn left(self) -> usize {
        self.total.saturating_sub(self.to)
    }

    /// How many the next step brings.
    pub(super) fn next(self) -> usize {
        self.left().min(self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    fn ends(window: Window) -> (usize, usize) {
        (window.from, window.to)
    }

    #[test]
    fn pages_come_until_nothing_is_left() {
        let window = Window::new(25, 10);
        assert_eq!(
            (ends(window), window.left(), window.next()),
            ((0, 10), 15, 10)
        );
        let window = window.more().more();
        assert_eq!(
            (ends(window), window.left(), window.next()),
            ((0, 25), 0, 0)
        );
        assert_eq!(ends(Window::new(3, 10)), (0, 3));
    }

    #[test]
    fn a_place_far_away_is_shown_alone() {
        let window = Window::new(1_000, 100).around(700);
        assert_eq!(ends(window), (675, 775));
        assert_eq!(ends(window.around(774)), (675, 775));
        assert_eq!(ends(window.earlier()), (575, 775));
        assert_eq!(ends(window.around(999)), (974, 1_000));
    }

    #[test]
    fn what_is_shown_stays_when_rows_come_and_go() {
        let window = Window::new(1_000, 100).around(700);
        assert_eq!(ends(window.of(990)), (675, 775));
        assert_eq!(ends(window.of(700)), (600, 700));
        assert_eq!(ends(window.of(5)), (0, 5));
        assert_eq!(ends(Window::new(5, 100).of(400)), (0, 100));
        assert_eq!(ends(Window::new(0, 100).of(0)), (0, 0));
    }
}
