"""Which addresses and Host names a request may bear. Standard library only: the server's start uses it too.

Without a password, a name that is not this machine's is refused even when the request comes from
this machine: a web site can point its own name at 127.0.0.1 (DNS rebinding) and would otherwise
reach the studio through the visitor's browser.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from app.domain.sentences import say


def is_loopback_address(address: str) -> bool:
    """Whether an address is this machine's own. An empty one is a Unix socket's peer: local by nature."""
    if not address:
        return True
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


def is_loopback_name(name: str) -> bool:
    """Whether a Host name (no port) always means this machine: localhost, *.localhost (RFC 6761), 127/8, [::1]."""
    name = name.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    literal = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    return bool(literal) and is_loopback_address(literal)


def name_of(host: str) -> str:
    """The name in a `Host` value, lower case, without its port; IPv6 keeps its brackets."""
    host = host.lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


@dataclass(frozen=True, slots=True)
class HostRule:
    """The names under which the studio answers.

    `names` is `ATELIER_HOSTS`: exact names, or `.example.org` for a domain and everything under it.
    With a door and no names, any well-formed name will do (it decides nothing). Without a door,
    `names` adds to this machine's own, for those who gave it a name of their liking.
    """

    names: tuple[str, ...]
    has_door: bool

    def refusal(self, host: str) -> str | None:
        """Why a `Host` is refused, as a sentence; `None` when it is fine. `host` is empty when malformed."""
        if not host:
            return say("The Host header is missing or malformed.")
        name = name_of(host)
        if any(_matches(name, allowed) for allowed in self.names):
            return None
        if self.has_door:
            if not self.names:
                return None
            return say("This host name is not one of ATELIER_HOSTS.")
        if is_loopback_name(name):
            return None
        return say(
            "Without ATELIER_PASSWORD, Atelier answers only under this machine's own names, such as localhost; "
            "set ATELIER_PASSWORD to use it from elsewhere, or list the name in ATELIER_HOSTS."
        )


def _matches(name: str, allowed: str) -> bool:
    if allowed.startswith("."):
        return name == allowed[1:] or name.endswith(allowed)
    return name == name_of(allowed)
