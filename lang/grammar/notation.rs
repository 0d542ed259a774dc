//! Reads the bodies of rules.

/// A part of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// `"if"`
    Literal(String),
    /// A rule or terminal.
    Ref(String),
    /// `nl`
    Newlines,
    /// `lead`
    Lead,
    /// `_`
    Blank,
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Optional(Box<Node>),
    Many(Box<Node>),
    Some(Box<Node>),
}

/// Reads a body. The table is our own and tested, so what is odd in it is skipped.
pub(super) fn read(body: &str) -> Node {
    Reader { rest: body }.choice()
}

struct Reader<'b> {
    rest: &'b str,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn choice(&mut self) -> Node {
        let mut all = vec![self.sequence()];
        while self.peek() == Some('|') {
            self.skip(1);
            all.push(self.sequence());
        }
        single(all, Node::Choice)
    }

    fn sequence(&mut self) -> Node {
        let mut all = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let part = self.part();
            all.push(self.repeated(part));
        }
        single(all, Node::Sequence)
    }

    fn repeated(&mut self, part: Node) -> Node {
        let wrap: fn(Box<Node>) -> Node = match self.rest.chars().next() {
            Some('?') => Node::Optional,
            Some('*') => Node::Many,
            Some('+') => Node::Some,
            _ => return part,
        };
        self.skip(1);
        wrap(Box::new(part))
    }

    fn part(&mut self) -> Node {
        match self.peek() {
            Some('(') => {
                self.skip(1);
                let inside = self.choice();
                self.peek();
                self.skip(1);
                inside
            }
            Some('"') => {
                self.skip(1);
                let end = self.rest.find('"').unwrap_or(self.rest.len());
                let literal = self.rest.get(..end).unwrap_or_default().to_string();
                self.skip(end + 1);
                Node::Literal(literal)
            }
            _ => {
                let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = self.rest.find(|c| !name(c)).unwrap_or(self.rest.len()).max(1);
                let word = self.rest.get(..end).unwrap_or_default().to_string();
                self.skip(end);
                match word.as_str() {
                    "nl" => Node::Newlines,
                    "lead" => Node::Lead,
                    "_" => Node::Blank,
                    _ => Node::Ref(word),
                }
            }
        }
    }
}

fn single(mut all: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    match (all.len(), all.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            all.extend(last);
            several(all)
        }
    }
}
