//! Which rows are in the page: all of them, or of a long session those near the eye.
//!
//! A page of thousands of rows is slow to make, to lay out and to change. What is left out is kept free by a margin of
//! exactly its height, so nothing moves: a row is measured before it goes, and until then one like it tells. Some rows
//! are always there: the first and the last, the selected step, what has the focus, what waits for a person.

use super::row::row_view;
use super::tall::{PIXEL, Shape, Talls, gap, near};
use crate::state::{Picked, Session, Slot};
use authscope_diagram::RowKind;
use leptos::html::Div;
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::any::Any;
use std::sync::atomic::Ordering;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Up to so many rows all of them are in the page, where the browser's own search finds them.
const WHOLE: usize = 200;

/// A row in the page.
struct Drawn {
    slot: Slot,
    row: HtmlElement,
    /// What is free above it, its place, and among how many; zeros while all rows are in the page.
    spot: (u32, usize, usize),
    /// What draws it; the row goes when this does.
    _view: Box<dyn Any>,
}

#[derive(Default)]
struct State {
    drawn: Vec<Drawn>,
    /// All rows that are shown, their upper edges and the lower one of the last, and which are always in the page.
    rows: Vec<Slot>,
    tops: Vec<u32>,
    pins: Vec<usize>,
    talls: Talls,
    /// Width of the pane in pixels, and its height.
    width: i32,
    sight: u32,
    /// Whether only some rows are in the page.
    long: bool,
    /// The uppermost row in sight, and where it was: there it stays, whatever comes or goes above it.
    anchor: Option<(Slot, u32)>,
    /// Id of the row with the focus.
    focused: String,
    /// Whether rows are still coming.
    growing: bool,
    /// Everything is in the page, to be printed.
    whole: bool,
    /// Where the pane was scrolled to when all was drawn.
    drawn_at: Option<i32>,
}

/// The rows of a diagram.
#[derive(Clone, Copy)]
pub(super) struct Window {
    session: Session,
    pane: NodeRef<Div>,
    /// Whether the reader is at the end and goes with it.
    pub(super) following: RwSignal<bool>,
    /// Owns the rows: what draws them lives longer than whatever brought them.
    owner: StoredValue<Owner>,
    state: StoredValue<State, LocalStorage>,
}

impl Window {
    pub(super) fn new(session: Session, pane: NodeRef<Div>, following: RwSignal<bool>) -> Self {
        let window = Self {
            session,
            pane,
            following,
            owner: StoredValue::new(Owner::new()),
            state: StoredValue::new_local(State::default()),
        };
        for (event, whole) in [("beforeprint", true), ("afterprint", false)] {
            let heard = window_event_listener_untyped(event, move |_| {
                let _ = window.state.try_update_value(|state| state.whole = whole);
                window.renew();
            });
            on_cleanup(move || heard.remove());
        }
        window
    }

    /// Goes to the end.
    pub(super) fn to_the_end(self) {
        if let Some(pane) = self.pane.try_get_untracked().flatten() {
            pane.set_scroll_top(pane.scroll_height());
            self.moved();
        }
    }

    /// Draws what changed: other rows, another selection.
    pub(super) fn renew(self) {
        self.draw(true);
    }

    /// Draws what has come into sight. To have gone to the end is an event too, and then nothing is left to draw.
    pub(super) fn moved(self) {
        let at = self.pane.try_get_untracked().flatten();
        let at = at.map(|pane| pane.scroll_top());
        let drawn = self.state.try_with_value(|state| state.drawn_at).flatten();
        if at.is_none() || drawn != at {
            self.draw(false);
        }
    }

    fn draw(self, changed: bool) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else {
            return;
        };
        let list = pane.query_selector(".rows").ok().flatten();
        let Some(list) = list.and_then(|list| list.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        // Taken out meanwhile: a row that is drawn may move the focus.
        let Some(mut state) = self.state.try_update_value(std::mem::take) else {
            return;
        };
        let following = self.following.get_untracked();
        let end = following && self.session.selected.get_untracked().is_none();
        let again = self
            .owner
            .with_value(|owner| state.draw(self.session, owner, &pane, &list, changed, end));
        state.drawn_at = (!again && !changed).then(|| pane.scroll_top());
        self.state.set_value(state);
        // What came into the page is measured before it is seen.
        if again {
            request_animation_frame(move || self.draw(false));
        }
    }
}

impl State {
    /// True when rows came into the page whose height is not known.
    fn draw(
        &mut self,
        session: Session,
        owner: &Owner,
        pane: &HtmlElement,
        list: &HtmlElement,
        changed: bool,
        end: bool,
    ) -> bool {
        let count = session.shown.with_untracked(Vec::len);
        if count <= WHOLE || self.whole {
            self.rows = session.shown.get_untracked();
            self.anchor = None;
            self.anchor_ourselves(pane, false);
            self.put(owner, list, &(0..count).collect::<Vec<_>>(), None);
            return false;
        }
        // At the end, what the pane was like is enough to draw by: it is looked at again once the end is in sight, and
        // looking now would have the page laid out twice.
        let known = end && changed && self.sight > 0;
        if !known {
            self.sight = u32::try_from(pane.client_height()).unwrap_or_default() * PIXEL;
        }
        // Not on the screen: there is nothing to measure.
        if self.sight == 0 {
            return false;
        }
        self.anchor_ourselves(pane, true);
        let measured = !known && self.measure(pane);
        let focused = focused();
        let mut moved = 0;
        if changed || measured || focused != self.focused {
            self.focused = focused;
            session
                .shown
                .with_untracked(|rows| self.rows.clone_from(rows));
            self.place(session);
            moved = self.anchor_moved();
        }
        let sight = self.sight;
        let bottom = self.tops.last().copied().unwrap_or_default();
        let eye = match end {
            true => bottom.saturating_sub(sight),
            false => {
                from_pixels(pane.scroll_top() - list.offset_top()).saturating_add_signed(moved)
            }
        };
        let wanted = near(&self.tops, &self.pins, eye, eye.saturating_add(sight));
        // While a flow runs the number of rows changes with every step; then it is left as it was told.
        self.growing = session.total.get_untracked().is_none();
        self.put(owner, list, &wanted, Some(count));
        if moved != 0 && !end {
            pane.scroll_by_with_x_and_y(0.0, f64::from(moved) / f64::from(PIXEL));
        }
        let top = self.tops.partition_point(|top| *top < eye);
        let row = self.rows.get(top).filter(|_| !end).cloned();
        self.anchor = row.zip(self.tops.get(top).copied());
        self.drawn.iter().any(|drawn| !self.is_known(&drawn.slot))
    }

    /// What the browser does to keep the reader's place knows nothing of rows that are not there.
    fn anchor_ourselves(&mut self, pane: &HtmlElement, long: bool) {
        if std::mem::replace(&mut self.long, long) != long {
            let anchor = if long { "none" } else { "auto" };
            let _ = pane.style().set_property("overflow-anchor", anchor);
        }
    }

    fn is_known(&self, slot: &Slot) -> bool {
        let shape = slot.row.with_untracked(|row| Shape::of(&row.kind));
        let own = slot.tall.load(Ordering::Relaxed);
        shape == Shape::Turn || self.talls.is_known(shape, own)
    }

    /// Measures the rows in the page whose height is not known; true when one is other than was thought.
    fn measure(&mut self, pane: &HtmlElement) -> bool {
        let width = pane.client_width();
        let resized = std::mem::replace(&mut self.width, width) != width;
        if resized {
            self.talls = Talls::default();
            for slot in &self.rows {
                slot.tall.store(0, Ordering::Relaxed);
            }
        }
        // The page may be shown larger than it is laid out.
        let scale = f64::from(pane.offset_height()) / pane.get_bounding_client_rect().height();
        let mut other = resized;
        for Drawn { slot, row, .. } in &self.drawn {
            let shape = slot.row.with_untracked(|row| Shape::of(&row.kind));
            let own = slot.tall.load(Ordering::Relaxed);
            if !self.talls.is_known(shape, own) {
                let pixels = row.get_bounding_client_rect().height() * scale;
                let tall = (pixels * f64::from(PIXEL)).round() as u32;
                if tall == 0 {
                    continue;
                }
                other |= self.talls.tall(shape, own) != tall;
                self.talls.learn(shape, tall);
                slot.tall.store(tall, Ordering::Relaxed);
            }
        }
        other
    }

    /// Computes where all rows are, and which of them are always in the page.
    fn place(&mut self, session: Session) {
        let selected = session.selected.get_untracked();
        let around = selected.and_then(|step| session.group_of(step));
        self.tops.clear();
        self.pins.clear();
        let mut top = 0_u32;
        for (at, slot) in self.rows.iter().enumerate() {
            let (shape, heading) = slot.row.with_untracked(|row| {
                let heading =
                    matches!(&row.kind, RowKind::Group { group } if Some(group) == around.as_ref());
                (Shape::of(&row.kind), heading)
            });
            let picked = slot.picked.with_untracked(|picked| *picked != Picked::No);
            let ends = at == 0 || at + 1 == self.rows.len();
            if ends || heading || picked || shape == Shape::Turn || slot.id == self.focused {
                self.pins.push(at);
            }
            self.tops.push(top);
            let own = slot.tall.load(Ordering::Relaxed);
            top = top.saturating_add(self.talls.tall(shape, own));
        }
        self.tops.push(top);
    }

    /// How far the row that was uppermost in sight is from where it was.
    fn anchor_moved(&self) -> i32 {
        let Some((anchor, top)) = &self.anchor else {
            return 0;
        };
        let at = self.rows.iter().position(|slot| slot == anchor);
        let now = at.and_then(|at| self.tops.get(at)).unwrap_or(top);
        now.wrapping_sub(*top).cast_signed()
    }

    /// Makes the rows at these places those in the page; `all` of a long session says how many there are.
    fn put(&mut self, owner: &Owner, list: &HtmlElement, wanted: &[usize], all: Option<usize>) {
        let mut old: Vec<Option<Drawn>> = self.drawn.drain(..).map(Some).collect();
        let mut passed = 0;
        let mut before = None;
        let mut other_order = false;
        for at in wanted {
            let Some(slot) = self.rows.get(*at) else {
                continue;
            };
            let is_it = |drawn: &Option<Drawn>| drawn.as_ref().is_some_and(|it| it.slot == *slot);
            let ahead = old.iter().skip(passed).position(is_it);
            let found = ahead
                .map(|by| passed + by)
                .or_else(|| old.iter().position(is_it));
            other_order |= found.is_none_or(|found| found < passed);
            passed = found.map_or(passed, |found| passed.max(found + 1));
            let known = found.and_then(|found| old.get_mut(found)?.take());
            let Some(mut drawn) = known.or_else(|| Drawn::new(owner, list, slot)) else {
                continue;
            };
            let free = gap(&self.tops, before, *at);
            let told = drawn.spot.2;
            let keep = self.growing && told > 0;
            let among = |all| if keep { told } else { all };
            drawn.put(all.map_or((0, 0, 0), |all| (free, at + 1, among(all))));
            before = Some(*at);
            self.drawn.push(drawn);
        }
        drop(old);
        if other_order {
            self.sort(list);
        }
    }

    /// Brings the rows in the page into their order; those that are in it are not touched, and keep the focus.
    fn sort(&self, list: &HtmlElement) {
        let mut next = list.first_element_child();
        for Drawn { row, .. } in &self.drawn {
            match &next {
                Some(there) if there.is_same_node(Some(row)) => {
                    next = there.next_element_sibling();
                }
                _ => {
                    let _ = list.insert_before(row, next.as_deref());
                }
            }
        }
    }
}

/// Id of the row that has the focus.
fn focused() -> String {
    let active = document().active_element();
    let row = active.and_then(|it| it.closest(".row").ok().flatten());
    row.map(|row| row.id()).unwrap_or_default()
}

fn from_pixels(pixels: i32) -> u32 {
    u32::try_from(pixels)
        .unwrap_or_default()
        .saturating_mul(PIXEL)
}

impl Drawn {
    fn new(owner: &Owner, list: &HtmlElement, slot: &Slot) -> Option<Self> {
        let entry = slot.clone();
        let parent = list.clone();
        let view = owner.with(|| mount_to(parent, move || row_view(&entry)));
        let row = list.last_element_child()?.dyn_into().ok()?;
        Some(Self {
            slot: slot.clone(),
            row,
            spot: (0, 0, 0),
            _view: Box::new(view),
        })
    }

    /// Says where it is.
    fn put(&mut self, spot: (u32, usize, usize)) {
        let (free, at, all) = spot;
        let before = std::mem::replace(&mut self.spot, spot);
        if before.0 != free {
            // In decimals, exactly.
            let margin = format!("{}.{:06}px", free / PIXEL, free % PIXEL * 15_625);
            let _ = self.row.style().set_property("margin-top", &margin);
        }
        for (name, before, now) in [
            ("aria-posinset", before.1, at),
            ("aria-setsize", before.2, all),
        ] {
            if now == 0 && before != 0 {
                let _ = self.row.remove_attribute(name);
            } else if now != before {
                let _ = self.row.set_attribute(name, &now.to_string());
            }
        }
    }
}
