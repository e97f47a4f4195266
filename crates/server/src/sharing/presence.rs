//! Who is connected to a session now, here and through other instances, and which step its owner looks at.

use crate::access::Role;
use crate::sharing::elsewhere::{Outbox, Said};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// What another instance has said is forgotten when it was not said again for so long.
const FORGOTTEN: Duration = Duration::from_secs(25);
/// Guests that are told to other instances, and characters of their names: one message holds no more.
const TOLD: usize = 40;
const NAME: usize = 40;

/// What everybody in a session may know about the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Presence {
    /// How many watch or drive by a link.
    pub(crate) watching: usize,
    /// Names of their links, where they have one.
    pub(crate) names: Vec<String>,
    /// The step that the owner has selected.
    pub(crate) step: Option<u32>,
    /// Another number than before: the notes have changed.
    pub(crate) notes: u64,
}

#[derive(Debug)]
struct Person {
    role: Role,
    guest: Guest,
}

/// Somebody who came by a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Guest {
    link: Option<String>,
    name: String,
}

/// The guests of another instance.
#[derive(Debug)]
struct Elsewhere {
    guests: Vec<Guest>,
    said: Instant,
}

#[derive(Debug, Default)]
struct Room {
    people: HashMap<u64, Person>,
    elsewhere: HashMap<String, Elsewhere>,
    next: u64,
    step: Option<u32>,
    notes: u64,
    changed: watch::Sender<u64>,
}

impl Room {
    /// The guests of this instance.
    fn here(&self) -> impl Iterator<Item = &Guest> {
        let people = self.people.values();
        let guests = people.filter(|person| person.role < Role::Owner);
        guests.map(|person| &person.guest)
    }

    fn guests(&self) -> impl Iterator<Item = &Guest> {
        let elsewhere = self.elsewhere.values().flat_map(|it| &it.guests);
        self.here().chain(elsewhere)
    }

    /// For the other instances.
    fn said(&self, session: &str) -> Said {
        let shortened = |guest: &Guest| Guest {
            link: guest.link.clone(),
            name: guest.name.chars().take(NAME).collect(),
        };
        Said::Guests {
            session: session.to_owned(),
            guests: self.here().take(TOLD).map(shortened).collect(),
            step: self.step,
        }
    }

    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.elsewhere.is_empty()
    }

    fn presence(&self) -> Presence {
        let mut names: Vec<String> = self
            .guests()
            .map(|guest| guest.name.clone())
            .filter(|name| !name.is_empty())
            .collect();
        names.sort();
        Presence {
            watching: self.guests().count(),
            names,
            step: self.step,
            notes: self.notes,
        }
    }

    fn tell(&self) {
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// The sessions that somebody is connected to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rooms {
    rooms: Arc<Mutex<HashMap<String, Room>>>,
    outbox: Outbox,
}

impl Rooms {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        // Every change below is made in full before the lock is given back.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) const fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Takes a seat: whoever holds it is connected.
    pub(crate) fn enter(&self, session: &str, role: Role, link: Option<(String, String)>) -> Seat {
        let mut rooms = self.lock();
        let room = rooms.entry(session.to_owned()).or_default();
        let number = room.next;
        room.next = number.wrapping_add(1);
        let (link, name) = link.map_or((None, String::new()), |(id, name)| (Some(id), name));
        let guest = Guest { link, name };
        room.people.insert(number, Person { role, guest });
        // Before it is told: whoever comes learns who is there as well.
        let changed = room.changed.subscribe();
        room.tell();
        if role < Role::Owner {
            self.outbox.say(room.said(session));
        }
        Seat {
            rooms: self.clone(),
            session: session.to_owned(),
            number,
            changed,
        }
    }

    /// Who is there.
    pub(crate) fn presence(&self, session: &str) -> Presence {
        self.lock()
            .get(session)
            .map(Room::presence)
            .unwrap_or_default()
    }

    /// How many are connected by a link.
    pub(crate) fn by_link(&self, session: &str, link: &str) -> usize {
        let rooms = self.lock();
        let guests = rooms.get(session).into_iter().flat_map(Room::guests);
        guests
            .filter(|guest| guest.link.as_deref() == Some(link))
            .count()
    }

    /// Makes everybody in a session look at what has changed: a link was taken back.
    pub(crate) fn wake(&self, session: &str) {
        self.outbox.say(Said::Woken {
            session: session.to_owned(),
        });
        self.woken(session);
    }

    fn woken(&self, session: &str) {
        if let Some(room) = self.lock().get(session) {
            room.tell();
        }
    }

    /// Tells everybody in a session that its notes have changed.
    pub(crate) fn noted(&self, session: &str) {
        self.outbox.say(Said::Noted {
            session: session.to_owned(),
        });
        self.heard_noted(session);
    }

    fn heard_noted(&self, session: &str) {
        if let Some(room) = self.lock().get_mut(session) {
            room.notes = room.notes.wrapping_add(1);
            room.tell();
        }
    }

    /// Says which step the owner looks at. Nobody there: nobody to tell.
    pub(crate) fn look_at(&self, session: &str, step: Option<u32>) {
        self.outbox.say(Said::Looks {
            session: session.to_owned(),
            step,
        });
        self.looks(session, step);
    }

    fn looks(&self, session: &str, step: Option<u32>) {
        if let Some(room) = self.lock().get_mut(session)
            && room.step != step
        {
            room.step = step;
            room.tell();
        }
    }

    /// Takes in what another instance says.
    pub(crate) fn hear(&self, from: &str, said: Said) {
        match said {
            Said::Hello => self.say_again(),
            Said::Guests {
                session,
                guests,
                step,
            } => self.heard_guests(from, &session, guests, step),
            Said::Looks { session, step } => self.looks(&session, step),
            Said::Noted { session } => self.heard_noted(&session),
            Said::Woken { session } => self.woken(&session),
            // Not about who is there.
            Said::Deleted { .. } => {}
        }
    }

    fn heard_guests(&self, from: &str, session: &str, guests: Vec<Guest>, step: Option<u32>) {
        let mut rooms = self.lock();
        let room = rooms.entry(session.to_owned()).or_default();
        let before = room.presence();
        if guests.is_empty() {
            room.elsewhere.remove(from);
        } else {
            let said = Instant::now();
            let elsewhere = Elsewhere { guests, said };
            room.elsewhere.insert(from.to_owned(), elsewhere);
        }
        room.step = room.step.or(step);
        if room.presence() != before {
            room.tell();
        }
        if room.is_empty() {
            rooms.remove(session);
        }
    }

    /// Says who is there in every room, and forgets instances that have not done so for long.
    pub(crate) fn say_again(&self) {
        let mut rooms = self.lock();
        for (session, room) in rooms.iter_mut() {
            let before = room.elsewhere.len();
            room.elsewhere
                .retain(|_, elsewhere| elsewhere.said.elapsed() < FORGOTTEN);
            if room.elsewhere.len() != before {
                room.tell();
            }
            if room.here().next().is_some() || room.step.is_some() {
                self.outbox.say(room.said(session));
            }
        }
        rooms.retain(|_, room| !room.is_empty());
    }
}

/// A connection to a session; it is given up by dropping it.
#[derive(Debug)]
pub(crate) struct Seat {
    rooms: Rooms,
    session: String,
    number: u64,
    changed: watch::Receiver<u64>,
}

impl Seat {
    /// Ready when somebody came, went, or looks at another step.
    pub(crate) async fn changed(&mut self) -> Presence {
        if self.changed.changed().await.is_err() {
            // The room outlives its seats.
            std::future::pending::<()>().await;
        }
        self.rooms.presence(&self.session)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.rooms.lock();
        let Some(room) = rooms.get_mut(&self.session) else {
            return;
        };
        let gone = room.people.remove(&self.number);
        room.tell();
        if gone.is_some_and(|person| person.role < Role::Owner) {
            self.rooms.outbox.say(room.said(&self.session));
        }
        if room.is_empty() {
            rooms.remove(&self.session);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn guests_are_counted_while_they_are_there() {
        let rooms = Rooms::default();
        let mut owner = rooms.enter("s", Role::Owner, None);
        assert_eq!(rooms.presence("s").watching, 0);
        let ana = rooms.enter("s", Role::Viewer, Some(("l".into(), "Ana".into())));
        let seen = owner.changed().await;
        assert_eq!((seen.watching, seen.names), (1, vec!["Ana".to_owned()]));
        assert_eq!(rooms.by_link("s", "l"), 1);
        rooms.look_at("s", Some(7));
        assert_eq!(owner.changed().await.step, Some(7));
        drop(ana);
        assert_eq!(owner.changed().await.watching, 0);
        drop(owner);
        assert!(rooms.lock().is_empty());
    }

    /// Hands what one instance has said to the other.
    fn pass(said: &mut tokio::sync::mpsc::Receiver<Said>, from: &str, to: &Rooms) {
        while let Ok(said) = said.try_recv() {
            let text = serde_json::to_string(&said).unwrap();
            to.hear(from, serde_json::from_str(&text).unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn guests_of_other_instances_are_seen_until_they_go_or_the_instance_is_gone() {
        let (a, b) = (Rooms::default(), Rooms::default());
        let (mut by_a, mut by_b) = (a.outbox.connect().unwrap(), b.outbox.connect().unwrap());
        let link = || Some(("l".into(), "Ana".into()));
        let mut owner = a.enter("s", Role::Owner, None);
        owner.changed().await;
        a.look_at("s", Some(3));
        let ana = b.enter("s", Role::Viewer, link());
        // One who came later learns what there was.
        a.say_again();
        pass(&mut by_a, "a", &b);
        assert_eq!(b.presence("s").step, Some(3));
        pass(&mut by_b, "b", &a);
        let seen = owner.changed().await;
        assert_eq!((seen.watching, seen.names), (1, vec!["Ana".to_owned()]));
        assert_eq!(a.by_link("s", "l"), 1);
        a.look_at("s", Some(7));
        a.noted("s");
        pass(&mut by_a, "a", &b);
        let seen = b.presence("s");
        assert_eq!((seen.step, seen.notes), (Some(7), 1));
        drop(ana);
        pass(&mut by_b, "b", &a);
        assert_eq!(a.presence("s").watching, 0);

        let _again = b.enter("s", Role::Viewer, link());
        pass(&mut by_b, "b", &a);
        tokio::time::advance(FORGOTTEN - Duration::from_secs(1)).await;
        a.say_again();
        assert_eq!(a.presence("s").watching, 1);
        b.say_again();
        pass(&mut by_b, "b", &a);
        tokio::time::advance(FORGOTTEN - Duration::from_secs(1)).await;
        a.say_again();
        assert_eq!(a.presence("s").watching, 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        a.say_again();
        assert_eq!(a.presence("s").watching, 0);
    }
}
