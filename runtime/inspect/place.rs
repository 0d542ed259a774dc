//! Where in an engine's work something was asked: `TURN.PROGRAM/LANE#INDEX`, taken apart.

/// A place within a program, as [`Key`](crate::engine::event::Key) describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The turn; 0 for a program that was run by hand.
    pub turn: u64,
    /// The program of the turn, from 1.
    pub program: u64,
    /// The piece of work within the program; see [`Lane`](crate::interpreter::Lane).
    pub lane: &'a str,
    /// Which prompt of the piece, from 0.
    pub index: u64,
}

impl<'a> Place<'a> {
    /// Takes a place apart; nothing for one that is not within a program.
    pub fn parse(at: &'a str) -> Option<Place<'a>> {
        let (program, lane) = at.split_once('/')?;
        let (turn, program) = program.split_once('.')?;
        let (lane, index) = lane.split_once('#').unwrap_or((lane, "0"));
        Some(Place {
            turn: turn.parse().ok()?,
            program: program.parse().ok()?,
            lane,
            index: index.parse().ok()?,
        })
    }

    /// What places of one program are ordered by: as the program asks, item by item, whatever the order in
    /// which work started.
    pub fn order(&self) -> Vec<u64> {
        let lane = self.lane.split('.').map(|number| number.parse().unwrap_or(u64::MAX));
        lane.chain([self.index]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_the_program() {
        let mut places = ["1.1/5.17.1#0", "1.1/5.2.1#1", "1.1/12#0", "1.1/5.2.1#0", "1.1/4#0"];
        places.sort_by_key(|at| Place::parse(at).unwrap().order());
        let expected = ["1.1/4#0", "1.1/5.2.1#0", "1.1/5.2.1#1", "1.1/5.17.1#0", "1.1/12#0"];
        assert_eq!(places, expected);
    }

    #[test]
    fn places_are_taken_apart() {
        let place = Place { turn: 5, program: 2, lane: "5.17.1", index: 3 };
        assert_eq!(Place::parse("5.2/5.17.1#3"), Some(place));
        assert_eq!(Place::parse("0.1/4").unwrap().index, 0);
        for at in ["", "5", "last 4", "3c", "1/2#3", "a.1/2#3", "1.1/2#x"] {
            assert_eq!(Place::parse(at), None, "{at}");
        }
    }
}
