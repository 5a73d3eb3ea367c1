#!/usr/bin/env bash
# Every way to install lojal, and what a new user does then: a project with sample extracts, run without a network.
#
#     .ci/install.sh            # release builds
#     PROFILE=dev .ci/install.sh
#
# `.ci/run` does not call it: a release build takes longer than all of its steps. All ways share one target folder, so
# lojal is compiled once. Without a container daemon, the image is replaced by a folder that has what the image has.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-release}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

step() { printf '\n== %s\n' "$*"; }

# Runs a command without a network, if this machine allows it.
offline() { if unshare --net true 2>/dev/null; then unshare --net "$@"; else "$@"; fi; }

step "cargo install"
cargo install --path . --locked --profile "$profile" --root "$work/cargo"
"$work/cargo/bin/lojal" --version

step "the wheel"
python3 -m venv "$work/maturin"
"$work/maturin/bin/pip" install --quiet --disable-pip-version-check "maturin>=1.16,<2"
"$work/maturin/bin/maturin" build --profile "$profile" --out "$work/wheels"
python3 -m venv "$work/user"
started=$SECONDS
offline "$work/user/bin/pip" install --quiet --disable-pip-version-check --no-index "$work"/wheels/*.whl
PATH="$work/user/bin:$PATH"
[ "$(command -v lojal)" = "$work/user/bin/lojal" ]

step "a new user: init and run"
(
    cd "$work"
    offline lojal init shop --sample
    cd shop
    offline lojal run --no-progress | tail -n 8
)
echo "from pip install to published tables: $((SECONDS - started)) s"
[ -s "$work/shop/warehouse/current/snapshot.json" ]

step "the image"
if docker info >/dev/null 2>&1; then
    docker build --quiet --file Containerfile --tag lojal-install-test .
    container() { docker run --rm --network none --volume "$work/image:/project" lojal-install-test "$@"; }
else
    echo "no container daemon: a folder with the files of the image, and its user"
    mkdir -p "$work/root"/{tmp,project,etc,usr/local/bin}
    chmod 1777 "$work/root/tmp"
    echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >"$work/root/etc/passwd"
    cp "$work/user/bin/lojal" "$work/root/usr/local/bin/lojal"
    # The image has the C library and libgcc_s. A binary that needs another library does not start.
    ldd "$work/user/bin/lojal" | grep -oE '/[^ ]+/(libc|libm|libgcc_s|libdl|libpthread|librt|ld-linux[^ ]*)\.so[^ ]*' |
        while read -r library; do cp --parents --dereference "$library" "$work/root"; done
    ln -s "$work/root/project" "$work/image"
    container() { (cd / && offline chroot --userspec=65532:65532 "$work/root" \
        /usr/local/bin/lojal --project-dir /project "$@"); }
fi
mkdir -p "$work/image"
chmod 777 "$work/image/"
container init --sample
container run --select +stores --no-progress | tail -n 3
[ -s "$work/image/warehouse/current/snapshot.json" ]

step "completions and manual pages"
bash -n <("$work/cargo/bin/lojal" completions bash)
"$work/cargo/bin/lojal" man "$work/man"
[ -s "$work/man/lojal-run.1" ]
