#!/bin/sh
# Finds a Chromium for the browser journeys and letters for Chinese pages, or installs Debian's.
set -eu

has_chromium() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

has_chinese_letters() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn)" ]
}

install() {
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if ! command -v apt-get >/dev/null 2>&1; then
    has_chromium && exit 0
    echo "The browser tests need Chromium: install it so that the command 'chromium' is found." >&2
    exit 1
fi
has_chromium || install chromium fonts-dejavu-core fontconfig
# No test needs them, but without them the pictures of Chinese pages show boxes. Not worth asking for a password.
has_chinese_letters || [ "$(id -u)" -ne 0 ] || install fonts-wqy-microhei || true
