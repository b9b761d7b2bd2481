#!/bin/sh
# Builds the fuzz target with the stable compiler, and runs it on the corpus; what is given goes to libFuzzer as it is.
set -eu
cd "$(dirname "$0")"
host=$(rustc -vV | sed -n 's/^host: //p')
# What `cargo fuzz` asks of the compiler, but for the address sanitizer, which needs a nightly one and finds nothing where
# no code is unsafe.
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
coverage="$coverage -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
export RUSTFLAGS="$coverage --cfg fuzzing"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-../target/fuzz}"
cargo build --release --target "$host"
mkdir -p corpus/check artifacts
exec "$CARGO_TARGET_DIR/$host/release/check" corpus/check -artifact_prefix=artifacts/ \
    -dict=words.dict -max_len=20000 -timeout=10 -rss_limit_mb=2000 "$@"
