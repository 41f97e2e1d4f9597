//! Messages as frames: the lengths of head and body, the head in JSON, the body in bytes.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The longest head: the query itself, the names of 500 data sets, and thousands of synsets fit into it.
const MAX_HEAD_BYTES: usize = 32 << 20;
/// The longest body: a result, or the positions of a filter.
const MAX_BODY_BYTES: usize = 1 << 30;
/// Bytes of the two lengths.
const LENGTHS: usize = 8;

/// The lengths of head and body as they are sent, followed by the head.
fn opening(head: &impl Serialize, body: &[u8]) -> io::Result<Vec<u8>> {
    let head = serde_json::to_vec(head)?;
    let length = |of: usize, most: usize| match u32::try_from(of) {
        Ok(length) if of <= most => Ok(length.to_le_bytes()),
        _ => Err(io::Error::other(format!("a message of {of} bytes; expected at most {most}"))),
    };
    let mut bytes = Vec::with_capacity(LENGTHS + head.len());
    bytes.extend(length(head.len(), MAX_HEAD_BYTES)?);
    bytes.extend(length(body.len(), MAX_BODY_BYTES)?);
    bytes.extend(head);
    Ok(bytes)
}

/// The lengths of head and body.
fn lengths(bytes: [u8; LENGTHS]) -> io::Result<(usize, usize)> {
    let [a, b, c, d, e, f, g, h] = bytes;
    let (head, body) = (u32::from_le_bytes([a, b, c, d]) as usize, u32::from_le_bytes([e, f, g, h]) as usize);
    if head > MAX_HEAD_BYTES || body > MAX_BODY_BYTES {
        return Err(io::Error::other(format!("a message with a head of {head} and a body of {body} bytes")));
    }
    Ok((head, body))
}

/// Sends a message from a thread that may block.
pub fn send(socket: &mut impl Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    socket.write_all(&opening(head, body)?)?;
    socket.write_all(body)
}

/// Receives a message in a thread that may block.
pub fn receive<T: DeserializeOwned>(socket: &mut impl Read) -> io::Result<(T, Vec<u8>)> {
    let mut bytes = [0; LENGTHS];
    socket.read_exact(&mut bytes)?;
    let (head, body) = lengths(bytes)?;
    let (mut head, mut body) = (vec![0; head], vec![0; body]);
    socket.read_exact(&mut head)?;
    socket.read_exact(&mut body)?;
    Ok((serde_json::from_slice(&head)?, body))
}

/// Sends a message.
pub async fn write(
    socket: &mut (impl AsyncWriteExt + Unpin),
    head: &impl Serialize,
    body: &[u8],
) -> io::Result<()> {
    socket.write_all(&opening(head, body)?).await?;
    socket.write_all(body).await
}

/// Receives a message.
pub async fn read<T: DeserializeOwned>(socket: &mut (impl AsyncReadExt + Unpin)) -> io::Result<(T, Vec<u8>)> {
    let mut bytes = [0; LENGTHS];
    socket.read_exact(&mut bytes).await?;
    let (head, body) = lengths(bytes)?;
    let (mut head, mut body) = (vec![0; head], vec![0; body]);
    socket.read_exact(&mut head).await?;
    socket.read_exact(&mut body).await?;
    Ok((serde_json::from_slice(&head)?, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_sides_read_what_the_other_sends() {
        let mut sent = Vec::new();
        send(&mut sent, &("head", 1), b"body").unwrap();
        let mut written = Vec::new();
        write(&mut written, &("head", 1), b"body").await.unwrap();
        assert_eq!(sent, written);
        let expected = (("head".to_owned(), 1), b"body".to_vec());
        assert_eq!(receive::<(String, i32)>(&mut sent.as_slice()).unwrap(), expected);
        assert_eq!(read::<(String, i32)>(&mut written.as_slice()).await.unwrap(), expected);
        let cut = &sent[..sent.len() - 1];
        assert_eq!(receive::<(String, i32)>(&mut &*cut).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        let long = [u8::MAX; LENGTHS];
        assert!(receive::<String>(&mut long.as_slice()).unwrap_err().to_string().contains("4294967295"));
    }
}
