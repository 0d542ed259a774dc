//! Where in a program's run a piece of outside work belongs.
//!
//! Replies come in any order; what a program does does not. A [`Lane`] names a start by its place in
//! the program alone, so that a recorded reply finds its call again.

/// The place of one start: the numbers of the line it stands in, its own number last.
///
/// Shown as `5` it is the fifth start of the program's main line; as `5.17.1` it is the first start
/// of item 17 (counted from 0) of the comprehension that took position 5, and so on inwards. What a
/// program sees of its budget takes a position, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lane {
    /// Never empty: position, item, position, item, …, position.
    path: Vec<u64>,
}

impl Lane {
    /// The main line of a program, before its first start.
    pub(crate) fn main() -> Lane {
        Lane { path: vec![0] }
    }

    /// Takes the next position of this line.
    pub(crate) fn advance(&mut self) {
        if let Some(position) = self.path.last_mut() {
            *position += 1;
        }
    }

    /// The line of an item of what stands at this position, before its first start.
    pub(crate) fn item(&self, index: usize) -> Lane {
        let mut path = Vec::with_capacity(self.path.len() + 2);
        path.extend_from_slice(&self.path);
        path.extend([index as u64, 0]);
        Lane { path }
    }
}

impl std::fmt::Display for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, number) in self.path.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{number}")?;
        }
        Ok(())
    }
}
