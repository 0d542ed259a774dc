//! What variables held before a program, to go back to it.
//!
//! Lists, dicts and sets are put back into the same objects, so two names of one list are two names of
//! one list afterwards, too. What closures keep to themselves and what was printed or paid for stays.

use std::collections::HashSet;

use rlm_lang_std::value::{Dict, List, Map, Members, Set, Value};

use crate::interpreter::Session;

/// The most values that are remembered: more would make each line of the REPL slow.
const MOST: usize = 500_000;

/// The state of a session.
pub(super) struct Snapshot {
    variables: Vec<(String, Value)>,
    lists: Vec<(List, Vec<Value>)>,
    dicts: Vec<(Dict, Map)>,
    sets: Vec<(Set, Members)>,
}

impl Snapshot {
    /// The state now; `None` if the variables hold too much.
    pub(super) fn take(session: &Session) -> Option<Snapshot> {
        let variables: Vec<(String, Value)> =
            session.variables().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let mut found = Snapshot {
            lists: Vec::new(),
            dicts: Vec::new(),
            sets: Vec::new(),
            variables: Vec::new(),
        };
        let mut seen: HashSet<usize> = HashSet::new();
        let mut open: Vec<Value> = variables.iter().map(|(_, value)| value.clone()).collect();
        let mut count = open.len();
        while let Some(value) = open.pop() {
            match value {
                // A list that is still to be made holds nothing that could change.
                Value::List(list) if list.sequence().is_none() && seen.insert(list.id()) => {
                    let items = list.to_vec();
                    count += items.len();
                    open.extend(items.iter().filter(|item| may_change(item)).cloned());
                    found.lists.push((list, items));
                }
                Value::Tuple(items) => {
                    count += items.len();
                    open.extend(items.iter().filter(|item| may_change(item)).cloned());
                }
                Value::Dict(dict) if seen.insert(dict.id()) => {
                    let map = dict.map().clone();
                    count += map.len();
                    open.extend(map.values().filter(|item| may_change(item)).cloned());
                    found.dicts.push((dict, map));
                }
                Value::Set(set) if !found.sets.iter().any(|(known, _)| known.same(&set)) => {
                    let members = set.members().clone();
                    count += members.len();
                    found.sets.push((set, members));
                }
                _ => {}
            }
            if count > MOST {
                return None;
            }
        }
        found.variables = variables;
        Some(found)
    }

    /// Makes the state what it was.
    pub(super) fn restore(self, session: &mut Session) {
        let now: Vec<String> = session.variables().map(|(name, _)| name.to_string()).collect();
        for name in now {
            if !self.variables.iter().any(|(known, _)| *known == name) {
                session.set(&name, Value::Unset);
            }
        }
        for (name, value) in self.variables {
            session.set(&name, value);
        }
        for (list, items) in self.lists {
            drop(list.replace(items));
        }
        for (dict, map) in self.dicts {
            *dict.map_mut() = map;
        }
        for (set, members) in self.sets {
            *set.members_mut() = members;
        }
    }
}

/// Whether a value is something that a program can change in place, or holds such a thing.
fn may_change(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpreter::Fuel;
    use crate::interpreter::memory::on_large_stack;

    /// Runs programs one after the other, takes back the last one, and shows what the variables are.
    fn after_undo(programs: &[&str]) -> Vec<(String, String)> {
        on_large_stack(|| {
            let mut session = Session::new();
            let connect = Box::new(|| Err("no model".to_string()));
            let task = crate::engine::Task::new("".into(), "".into());
            let mut outside = crate::engine::ProgramOutside::new(task, Vec::new(), connect);
            let mut snapshot = None;
            for program in programs {
                snapshot = Snapshot::take(&session);
                let parsed = rlm_lang_syntax::parse(program);
                let body = &parsed.program.body;
                let ran = session.run(program, body, &mut outside, Fuel::default()).unwrap();
                assert!(ran.error.is_none(), "{:?}", ran.error);
            }
            snapshot.unwrap().restore(&mut session);
            let show = rlm_lang_std::output::preview;
            session.variables().map(|(n, v)| (n.to_string(), show(v, 100))).collect()
        })
        .unwrap()
    }

    fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
        wanted.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn variables_and_what_they_hold_come_back() {
        let found = after_undo(&[
            "x = [1]\ny = x\nd = {\"a\": [x]}\ns = {1}",
            "x.append(2)\nd[\"b\"] = 1\ns.add(3)\nz = 5\ny = 0",
        ]);
        let wanted = [("x", "[1]"), ("y", "[1]"), ("d", "{'a': [[1]]}"), ("s", "{1}")];
        assert_eq!(found, pairs(&wanted));
    }

    #[test]
    fn names_of_one_list_stay_names_of_one_list() {
        let found = after_undo(&["x = [1]\ny = x", "x = 0", "y.append(1)"]);
        assert_eq!(found, pairs(&[("x", "0"), ("y", "[1]")]));
    }

    #[test]
    fn a_list_that_holds_itself_is_no_trouble() {
        let found = after_undo(&["x = [1]\nx.append(x)", "x.clear()"]);
        assert!(found[0].1.starts_with("[1, [1, "), "{}", found[0].1);
    }
}
