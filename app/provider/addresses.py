"""Which addresses a result may be fetched from."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    IPv6 forms that carry an IPv4 address are judged by the address inside (mapped, NAT64) or
    refused (6to4, Teredo): a relay would deliver them to wherever that address points.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour is not None or ip.teredo is not None:
            return False
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip in _NAT64:
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def public_or(own_host: str) -> Callable[[str, str], bool]:
    """Admits public addresses, and whatever `own_host` resolves to: its operator chose that host."""

    def admits(host: str, address: str) -> bool:
        return host.lower() == own_host.lower() or is_public(address)

    return admits
