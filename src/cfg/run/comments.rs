//! Comments for objects that went through a program, which may know none: those of the object that each was made of.

use crate::yaml::lossless::{Collection, Content, Document, Item, Node};

/// The field by which items of a list are known.
const NAME: &str = "name";

/// Gives a document the comments of another where it has none.
pub(super) fn copy(from: &Document, to: &mut Document) {
    copy_item(&from.root, &mut to.root);
    copy_head(&from.head, to);
    if to.foot.is_empty() {
        to.foot.clone_from(&from.foot);
    }
}

/// As in kustomize, the comment before everything is parted from the first field no longer.
fn copy_head(head: &str, to: &mut Document) {
    let Content::Mapping(map) = &mut to.root.value.content else {
        return;
    };
    if let Some(first) = map.items.first_mut()
        && !map.is_flow
        && !head.is_empty()
    {
        let heads = [head, first.head.as_str()];
        let heads: Vec<_> = heads.into_iter().filter(|head| !head.is_empty()).collect();
        first.head = heads.join("\n");
    } else if to.head.is_empty() {
        head.clone_into(&mut to.head);
    }
}

fn copy_item(from: &Item, to: &mut Item) {
    let pairs = [
        (&from.head, &mut to.head),
        (&from.line, &mut to.line),
        (&from.foot, &mut to.foot),
    ];
    for (from, to) in pairs {
        if to.is_empty() {
            to.clone_from(from);
        }
    }
    match (&from.value.content, &mut to.value.content) {
        (Content::Mapping(from), Content::Mapping(to)) => {
            for entry in &mut to.items {
                let mut entries = from.items.iter();
                if let Some(from) = entries.find(|from| from.key_text() == entry.key_text()) {
                    copy_item(from, entry);
                }
            }
        }
        (Content::Sequence(from), Content::Sequence(to)) => copy_items(from, to),
        _ => {}
    }
}

/// Items have the comments of the item with their name, others those of the item in their place.
fn copy_items(from: &Collection, to: &mut Collection) {
    let names: Vec<_> = to
        .items
        .iter()
        .map(|item| name(item).map(str::to_owned))
        .collect();
    for (position, item) in to.items.iter_mut().enumerate() {
        let own = names[position].as_deref();
        let namesake = from
            .items
            .iter()
            .find(|from| own.is_some() && name(from) == own);
        let in_place = from.items.get(position).filter(|from| {
            let stays = name(from)
                .is_some_and(|name| names.iter().any(|other| other.as_deref() == Some(name)));
            !stays && is_like(&from.value, &item.value)
        });
        if let Some(from) = namesake.or(in_place) {
            copy_item(from, item);
        }
    }
}

fn name(item: &Item) -> Option<&str> {
    item.value.get(NAME)?.text()
}

/// Whether a node may be what became of another: texts only if they are the same.
fn is_like(left: &Node, right: &Node) -> bool {
    match (&left.content, &right.content) {
        (Content::Scalar(left), Content::Scalar(right)) => left.text == right.text,
        (Content::Mapping(_), Content::Mapping(_))
        | (Content::Sequence(_), Content::Sequence(_)) => true,
        _ => false,
    }
}
