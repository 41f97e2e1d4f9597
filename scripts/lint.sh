#!/usr/bin/env bash
# Formatting, clippy with warnings as errors, dependencies that nothing uses, licences and sources of the others, the
# scripts themselves.
# The last two run where their tools are installed (`cargo install cargo-deny`, `apt-get install shellcheck`).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$REPO"
"$REPO/scripts/setup.sh" lint

section "Format"
cargo fmt --all --check

section "Clippy"
cargo clippy --locked --workspace --all-targets -- -D warnings
# What the workspace is built without.
cargo clippy --locked -p hub_decode --features ffmpeg --all-targets -- -D warnings

section "Documentation"
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --workspace --no-deps --quiet

section "Unused dependencies"
"$MACHETE" "$REPO"

if cargo deny --version >/dev/null 2>&1; then
    section "Dependencies"
    cargo deny check --hide-inclusion-graph bans licenses sources
fi
if command -v shellcheck >/dev/null; then
    section "Scripts"
    shellcheck --external-sources --source-path=scripts scripts/*.sh .ci/run
fi
