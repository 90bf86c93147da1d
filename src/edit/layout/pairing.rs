//! Which items of an old list the items of a new one are.

use crate::model::{Text, Value};

use super::same;

/// For each new item the old one that it is: an equal one, else one that goes by the same name, else, where neither is
/// more than the other, the one in its place. What is equal from either end of the list on goes first, so that none of several
/// equal items is taken for another.
pub(super) fn pair(old: &[&Value], new: &[Value]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; new.len()];
    let mut is_free = vec![true; old.len()];
    let is_kept = |(old, new): &(&&Value, &Value)| same(old, new);
    let head = old.iter().zip(new).take_while(is_kept).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = rest.take_while(is_kept).count();
    for index in 0..head {
        pairs[index] = Some(index);
        is_free[index] = false;
    }
    for behind in 1..=tail {
        pairs[new.len() - behind] = Some(old.len() - behind);
        is_free[old.len() - behind] = false;
    }
    let mut take = |pairs: &mut Vec<Option<usize>>, is_one: &dyn Fn(&Value, &Value) -> bool| {
        for (new, pair) in new.iter().zip(pairs).filter(|(_, pair)| pair.is_none()) {
            let found = (0..old.len()).find(|index| is_free[*index] && is_one(old[*index], new));
            if let Some(index) = found {
                is_free[index] = false;
                *pair = Some(index);
            }
        }
    };
    take(&mut pairs, &same);
    take(&mut pairs, &|old, new| {
        identity(old).is_some_and(|old| Some(old) == identity(new))
    });
    take(&mut pairs, &|old, new| {
        identity(old).is_some_and(|(name, _)| Some(name) == identity(new).map(|(name, _)| name))
    });
    let is_level = old.len() == new.len();
    for (index, pair) in pairs.iter_mut().enumerate() {
        let is_one =
            |old: &Value| is_level || identity(old).is_none() && identity(&new[index]).is_none();
        if pair.is_none() && is_free.get(index) == Some(&true) && is_one(old[index]) {
            *pair = Some(index);
        }
    }
    pairs
}

/// What an item goes by: name and namespace, the path of a file, the key of a literal.
fn identity(item: &Value) -> Option<(&str, &str)> {
    let text = |key: &str| {
        let fields = item.as_mapping()?.iter();
        let mut values = fields.filter(|(name, _)| name.eq_ignore_ascii_case(key));
        let text = values.next()?.1.text().map(Text::as_str)?;
        (!text.is_empty()).then_some(text)
    };
    match item {
        Value::Mapping(_) => match text("name") {
            Some(name) => Some((name, text("namespace").unwrap_or_default())),
            None => text("path").map(|path| (path, "")),
        },
        Value::Scalar(_) => item.text()?.split_once('=').map(|(key, _)| (key, "")),
        Value::Sequence(_) => None,
    }
}

/// Whether the old items that are still there come in their old order.
pub(super) fn is_in_order(pairs: &[Option<usize>]) -> bool {
    pairs.iter().flatten().is_sorted()
}
