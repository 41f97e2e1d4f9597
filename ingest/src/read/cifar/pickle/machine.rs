//! The stack machine that runs a pickle, without calling anything.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use super::node::{Id, MAX_NODES, Node};
use super::text;

/// Strings up to this length are read.
const SHORT_BYTES: u64 = 256;

/// The longest line of protocol 0: a batch's pixels, each of four characters.
const MAX_LINE_BYTES: u64 = 1 << 30;

/// The state of the machine.
pub struct Machine<R> {
    input: R,
    /// The byte it is at.
    pub at: u64,
    len: u64,
    /// Every value created so far.
    pub nodes: Vec<Node>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<R: BufRead> Machine<R> {
    /// Stands at the first of `len` bytes.
    pub fn new(input: R, len: u64) -> Self {
        Self {
            input,
            at: 0,
            len,
            nodes: Vec::new(),
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
        }
    }

    /// Runs to the end; returns the value left on the stack.
    ///
    /// # Errors
    /// What is wrong at the byte it has come to.
    pub fn run(&mut self) -> Result<Id, String> {
        loop {
            let [opcode] = self.take()?;
            match opcode {
                // PROTO, FRAME: their arguments are not needed.
                0x80 => drop(self.take::<1>()?),
                0x95 => drop(self.take::<8>()?),
                b'.' => return self.pop(),
                _ => self.step(opcode)?,
            }
            if self.nodes.len().max(self.stack.len()).max(self.marks.len()) > MAX_NODES {
                return Err(format!("more than {MAX_NODES} values"));
            }
        }
    }

    fn step(&mut self, opcode: u8) -> Result<(), String> {
        match opcode {
            b'N' => self.push(Node::None),
            0x88 | 0x89 => self.push(Node::Bool(opcode == 0x88)),
            b'K' | b'M' | b'J' | 0x8a | 0x8b | b'G' => self.number(opcode)?,
            b'I' | b'L' | b'F' => self.written_number(opcode)?,
            b'U' | b'C' | 0x8c | b'T' | b'B' | b'X' | 0x8e | 0x8d | 0x96 => self.string(opcode)?,
            b'S' | b'V' => self.written_string(opcode)?,
            b'}' => self.push(Node::Dict(Vec::new())),
            b']' => self.push(Node::List(Vec::new())),
            b')' => self.push(Node::Tuple(Vec::new())),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => self.stack.push(self.top()?),
            b'l' | b't' | b'd' | 0x85..=0x87 => self.collect(opcode)?,
            b'a' | b'e' | b's' | b'u' => self.fill(opcode)?,
            b'q' | b'r' | 0x94 | b'h' | b'j' | b'p' | b'g' => self.remember(opcode)?,
            b'c' | 0x93 | b'R' | b'b' => self.call(opcode)?,
            0x97 | 0x98 => {
                return Err(
                    "its bytes were written apart from it (an out-of-band buffer of protocol 5)".into()
                );
            }
            other => return Err(format!("opcode 0x{other:02x} is not one that CIFAR files use")),
        }
        Ok(())
    }

    /// Integers; a float is skipped.
    fn number(&mut self, opcode: u8) -> Result<(), String> {
        let value = match opcode {
            b'K' => i64::from(self.take::<1>()?[0]),
            b'M' => i64::from(u16::from_le_bytes(self.take()?)),
            b'J' => i64::from(i32::from_le_bytes(self.take()?)),
            b'G' => {
                self.take::<8>()?;
                self.push(Node::Float);
                return Ok(());
            }
            _ => {
                let len = match opcode {
                    0x8b => u64::from(u32::from_le_bytes(self.take()?)),
                    _ => u64::from(self.take::<1>()?[0]),
                };
                if len == 0 {
                    self.push(Node::Int(0));
                    return Ok(());
                }
                let bytes = self.bytes(len)?;
                let Some(last) = bytes.last().filter(|_| bytes.len() <= 8) else {
                    return Err(format!("a number of {len} bytes"));
                };
                let mut wide = [if *last >= 128 { 0xff } else { 0 }; 8];
                wide[..bytes.len()].copy_from_slice(&bytes);
                i64::from_le_bytes(wide)
            }
        };
        self.push(Node::Int(value));
        Ok(())
    }

    /// Numbers of protocol 0: `I01`, `L12L`. A float is skipped.
    fn written_number(&mut self, opcode: u8) -> Result<(), String> {
        let line = self.line()?;
        let node = match (opcode, line.as_str()) {
            (b'F', _) => Node::Float,
            (_, "00") => Node::Bool(false),
            (_, "01") => Node::Bool(true),
            (_, digits) => {
                let number = digits.trim_end_matches('L').parse();
                Node::Int(number.map_err(|_| format!("'{digits}' is not a number of 64 bits"))?)
            }
        };
        self.push(node);
        Ok(())
    }

    /// Strings of protocol 0: `'a\x00'` of bytes, `a\u1234` of text.
    fn written_string(&mut self, opcode: u8) -> Result<(), String> {
        let line = self.long_line(MAX_LINE_BYTES)?;
        let bytes =
            if opcode == b'S' { text::unquoted(&line)? } else { text::unescaped(&line)?.into_bytes() };
        self.push_bytes(bytes);
        Ok(())
    }

    fn push_bytes(&mut self, bytes: Vec<u8>) {
        let is_short = bytes.len() as u64 <= SHORT_BYTES;
        self.push(if is_short { Node::Short(bytes.into()) } else { Node::Held(bytes.into()) });
    }

    fn string(&mut self, opcode: u8) -> Result<(), String> {
        let len = match opcode {
            b'U' | b'C' | 0x8c => u64::from(self.take::<1>()?[0]),
            0x8e | 0x8d | 0x96 => u64::from_le_bytes(self.take()?),
            _ => u64::from(u32::from_le_bytes(self.take()?)),
        };
        let left = self.len.saturating_sub(self.at);
        if len > left {
            return Err(format!("a string of {len} bytes, but only {left} are left in the file"));
        }
        if len <= SHORT_BYTES {
            let bytes = self.bytes(len)?;
            self.push(Node::Short(bytes.into()));
            return Ok(());
        }
        self.push(Node::Long { offset: self.at, len });
        let skipped =
            io::copy(&mut (&mut self.input).take(len), &mut io::sink()).map_err(|e| e.to_string())?;
        self.at += skipped;
        if skipped < len { Err("the file ends here".into()) } else { Ok(()) }
    }

    fn collect(&mut self, opcode: u8) -> Result<(), String> {
        let items = match opcode {
            0x85..=0x87 => {
                let count = usize::from(opcode - 0x84);
                let from = self.stack.len().checked_sub(count).filter(|f| *f >= self.floor()).ok_or(EMPTY)?;
                self.stack.split_off(from)
            }
            _ => self.pop_to_mark()?,
        };
        let node = match opcode {
            b'l' => Node::List(items),
            b'd' => Node::Dict(pairs(&items)?),
            _ => Node::Tuple(items),
        };
        self.push(node);
        Ok(())
    }

    /// Adds items to the list or dict below them on the stack.
    fn fill(&mut self, opcode: u8) -> Result<(), String> {
        let items = match opcode {
            b'a' => vec![self.pop()?],
            b's' => {
                let value = self.pop()?;
                vec![self.pop()?, value]
            }
            _ => self.pop_to_mark()?,
        };
        let beneath = self.top()?;
        match (&mut self.nodes[beneath], opcode) {
            (Node::List(list), b'a' | b'e') => list.extend(items),
            (Node::Dict(dict), b's' | b'u') => dict.extend(pairs(&items)?),
            _ => return Err("items are added to a value that is not a list or dict".into()),
        }
        Ok(())
    }

    fn remember(&mut self, opcode: u8) -> Result<(), String> {
        let key = match opcode {
            b'q' | b'h' => u32::from(self.take::<1>()?[0]),
            b'r' | b'j' => u32::from_le_bytes(self.take()?),
            b'p' | b'g' => {
                let line = self.line()?;
                line.parse().map_err(|_| format!("'{line}' is not a number of the memo"))?
            }
            _ => self.memo.len() as u32,
        };
        if matches!(opcode, b'h' | b'j' | b'g') {
            let id = *self.memo.get(&key).ok_or_else(|| format!("memo entry {key} does not exist"))?;
            self.stack.push(id);
        } else {
            let top = self.top()?;
            self.memo.insert(key, top);
            if self.memo.len() > MAX_NODES {
                return Err(format!("more than {MAX_NODES} values"));
            }
        }
        Ok(())
    }

    /// Opcodes of globals and calls: calls are recorded, not made.
    fn call(&mut self, opcode: u8) -> Result<(), String> {
        match opcode {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(Node::Global(format!("{module}.{name}")));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Node::Short(module), Node::Short(name)) = (&self.nodes[module], &self.nodes[name])
                else {
                    return Err("a name that is not a string".into());
                };
                let [module, name] = [module, name].map(|s| String::from_utf8_lossy(s).into_owned());
                self.push(Node::Global(format!("{module}.{name}")));
            }
            b'R' => {
                let (arguments, callee) = (self.pop()?, self.pop()?);
                let node = self.encoded(callee, arguments);
                self.push(node.unwrap_or(Node::Call { callee, arguments, state: None }));
            }
            _ => {
                let given = self.pop()?;
                let object = self.top()?;
                let Node::Call { state, .. } = &mut self.nodes[object] else {
                    return Err("a state is set on a value that is not an object".into());
                };
                *state = Some(given);
            }
        }
        Ok(())
    }

    /// The bytes of `_codecs.encode(text, 'latin1')`, which is how Python 3 writes bytes in protocols 0 to 2; none for
    /// any other call.
    fn encoded(&self, callee: Id, arguments: Id) -> Option<Node> {
        let (Node::Global(name), Node::Tuple(arguments)) = (&self.nodes[callee], &self.nodes[arguments])
        else {
            return None;
        };
        let [text, encoding] = arguments[..] else { return None };
        let is_latin1 =
            matches!(&self.nodes[encoding], Node::Short(name) if matches!(&**name, b"latin1" | b"latin-1"));
        if name != "_codecs.encode" || !is_latin1 {
            return None;
        }
        match &self.nodes[text] {
            Node::Short(text) => Some(Node::Short(text::latin1(text)?.into())),
            Node::Held(text) => Some(Node::Held(text::latin1(text)?.into())),
            Node::Long { offset, len } => Some(Node::LongLatin1 { offset: *offset, len: *len }),
            _ => None,
        }
    }

    fn push(&mut self, node: Node) {
        self.stack.push(self.nodes.len());
        self.nodes.push(node);
    }

    /// Takes a value; those below the last mark can't be taken.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<Id, String> {
        let last = self.stack.last().filter(|_| self.stack.len() > self.floor());
        last.copied().ok_or_else(|| EMPTY.to_owned())
    }

    fn pop(&mut self) -> Result<Id, String> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Id>, String> {
        let mark = self.marks.pop().ok_or("the mark is missing from the stack")?;
        Ok(self.stack.split_off(mark))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|e| cut(&e))?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// At most [`SHORT_BYTES`].
    fn bytes(&mut self, len: u64) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; len.min(SHORT_BYTES) as usize];
        self.input.read_exact(&mut bytes).map_err(|e| cut(&e))?;
        self.at += bytes.len() as u64;
        Ok(bytes)
    }

    fn line(&mut self) -> Result<String, String> {
        self.long_line(SHORT_BYTES).map(|line| String::from_utf8_lossy(&line).into_owned())
    }

    /// What stands before the next line break, which is at most so far away.
    fn long_line(&mut self, most: u64) -> Result<Vec<u8>, String> {
        let mut line = Vec::new();
        let read = (&mut self.input).take(most).read_until(b'\n', &mut line).map_err(|e| cut(&e))?;
        self.at += read as u64;
        match line.pop() {
            Some(b'\n') => Ok(line),
            _ => Err("a line without its end".into()),
        }
    }
}

const EMPTY: &str = "the stack is empty where a value is expected";

fn pairs(items: &[Id]) -> Result<Vec<(Id, Id)>, String> {
    let (pairs, rest) = items.as_chunks::<2>();
    if rest.is_empty() {
        Ok(pairs.iter().map(|[k, v]| (*k, *v)).collect())
    } else {
        Err("a key without a value".into())
    }
}

fn cut(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file ends here".into(),
        _ => format!("can't be read: {error}"),
    }
}
