//! A connection that recognises slices of mapped files and sends them with `sendfile`.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

#[cfg(target_os = "linux")]
use rustix::io::Errno;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;

use super::mapped_registry;

/// The flag `MSG_MORE` of `send(2)`: more bytes follow, don't send a short packet.
#[cfg(target_os = "linux")]
const MORE_FOLLOWS: std::ffi::c_int = 0x8000;
/// Shorter slices are written directly, without a lookup.
const MIN_BYTES: usize = 4096;

#[derive(Debug)]
pub struct FileIo(TcpStream);

impl FileIo {
    pub const fn new(stream: TcpStream) -> Self {
        Self(stream)
    }

    /// Retries a write until the socket accepts bytes or is full.
    fn poll_try(
        &self,
        context: &mut Context<'_>,
        mut write: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_io(Interest::WRITABLE, || write(&self.0)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
    }
}

impl AsyncWrite for FileIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, slice: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(slice)])
    }

    #[cfg(target_os = "linux")]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let file = |slice: &IoSlice<'_>| {
            if slice.len() < MIN_BYTES { None } else { mapped_registry::find(slice) }
        };
        let found = slices.iter().enumerate().find_map(|(i, slice)| Some((i, file(slice)?)));
        match found {
            None => Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, slices),
            Some((0, (file, offset))) => self.poll_try(cx, |socket| {
                let mut at = offset;
                match rustix::fs::sendfile(socket, file.file(), Some(&mut at), slices[0].len()) {
                    // The file system doesn't support sendfile: write the mapped bytes.
                    Err(Errno::INVAL | Errno::NOSYS) => SockRef::from(socket).send(&slices[0]),
                    sent => Ok(sent?),
                }
            }),
            // The header is held back, so that it shares a packet with the file's first bytes.
            Some((1, _)) => {
                self.poll_try(cx, |socket| SockRef::from(socket).send_with_flags(&slices[0], MORE_FOLLOWS))
            }
            Some((before, _)) => Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, &slices[..before]),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, slices)
    }

    /// True, so that slices arrive separately instead of copied into one buffer.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }
}

impl AsyncRead for FileIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hub_dataset::store::MappedFile;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn header_and_parts_of_a_file_arrive_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let content: Vec<u8> = (0..5_000_000_u32).map(|i| ((i * 7) >> 3) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let mapped = super::super::register(Arc::new(MappedFile::open(&path).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sending = tokio::spawn(async move {
            let mut io = FileIo::new(listener.accept().await.unwrap().0);
            let (first, second) = (mapped.slice(1000..4_000_000), mapped.slice(4_000_000..4_000_100));
            let mut parts = [&b"head"[..], &first, &second, &b"tail"[..]].to_vec();
            while !parts.is_empty() {
                let slices: Vec<_> = parts.iter().map(|part| IoSlice::new(part)).collect();
                let mut written = io.write_vectored(&slices).await.unwrap();
                while let Some(part) = parts.first_mut().filter(|part| part.len() <= written) {
                    written -= part.len();
                    parts.remove(0);
                }
                if let Some(part) = parts.first_mut() {
                    *part = &part[written..];
                }
            }
        });
        let mut arrived = Vec::new();
        TcpStream::connect(address).await.unwrap().read_to_end(&mut arrived).await.unwrap();
        sending.await.unwrap();
        assert!(arrived == [b"head", &content[1000..4_000_100], b"tail"].concat());
    }
}
