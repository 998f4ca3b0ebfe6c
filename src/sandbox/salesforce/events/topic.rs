//! What can be subscribed to.

use super::bus::{Entry, Event};
use super::layout::{self, Layout};
use super::platform::{self, PlatformEvent};

/// A topic.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    /// `/data/OrderChangeEvent`: changes of one object.
    Changes(&'static Layout),
    /// `/data/ChangeEvents`: changes of all objects that are watched.
    AllChanges,
    /// `/event/Case_Status_Update__e`
    Said(&'static PlatformEvent),
}

impl Topic {
    /// A topic by its name; case matters.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if let Some(event) = name.strip_prefix("/event/") {
            return platform::by_name(event).filter(|known| known.name == event).map(Self::Said);
        }
        match name.strip_prefix("/data/")? {
            "ChangeEvents" => Some(Self::AllChanges),
            event => layout::by_channel(event.strip_suffix("ChangeEvent")?).map(Self::Changes),
        }
    }

    /// Its name.
    pub(super) fn name(self) -> String {
        match self {
            Self::Changes(layout) => format!("/data/{}", layout::event_name(layout.object)),
            Self::AllChanges => "/data/ChangeEvents".to_owned(),
            Self::Said(event) => format!("/event/{}", event.name),
        }
    }

    /// Does this event belong to it?
    pub(super) fn has(self, entry: &Entry) -> bool {
        match (self, &entry.event) {
            (Self::Changes(layout), Event::Change(change)) => layout.object.position == change.entity.position,
            (Self::AllChanges, Event::Change(_)) => true,
            (Self::Said(event), Event::Said(said)) => event.name == said.event.name,
            _ => false,
        }
    }

    /// The schema of its events; a topic of several objects has none of its own, its events name theirs.
    pub(super) fn schema_id(self) -> &'static str {
        match self {
            Self::Changes(layout) => &layout.schema.id,
            Self::AllChanges => "",
            Self::Said(event) => &event.schema.id,
        }
    }
}

/// The narrowest topic of an event.
pub(super) fn of(event: &Event) -> String {
    match event {
        Event::Change(change) => format!("/data/{}", layout::event_name(change.entity)),
        Event::Said(said) => format!("/event/{}", said.event.name),
    }
}
