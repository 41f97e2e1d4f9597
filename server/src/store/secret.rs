//! The hub's secret if none is set: generated once, stored in the home, readable by its owner only.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore;
use rand::rngs::OsRng;

#[derive(Debug, thiserror::Error)]
#[error("{path}: can't {action}")]
pub struct SecretError {
    path: String,
    action: &'static str,
    source: io::Error,
}

/// Reads the secret, or generates it. If two servers start at once, both use the secret of the first.
pub fn stored_secret(path: &Path) -> Result<String, SecretError> {
    let fail = |action| {
        let path = path.display().to_string();
        move |source| SecretError { path, action, source }
    };
    let mut random = [0; 32];
    OsRng.try_fill_bytes(&mut random).map_err(|e| fail("generate the secret")(io::Error::other(e)))?;
    let drawn = URL_SAFE_NO_PAD.encode(random);
    // Hard-linked to its final path after writing, so that no process reads an incomplete secret.
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(drawn.as_bytes())?;
        file.sync_all()?;
        match std::fs::hard_link(&draft, path) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
            _ => std::fs::remove_file(&draft),
        }
    };
    if !path.exists() {
        write().map_err(fail("write the secret"))?;
    }
    let kept = std::fs::read_to_string(path).map_err(fail("read the secret"))?;
    match kept.trim().len() {
        32.. => Ok(kept.trim().to_owned()),
        _ => Err(fail("use the secret")(io::Error::other("expected at least 32 characters"))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_generated_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let secret = stored_secret(&path).unwrap();
        assert_eq!(stored_secret(&path).unwrap(), secret);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "short").unwrap();
        assert!(stored_secret(&path).is_err());
    }
}
