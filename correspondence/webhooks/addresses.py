"""Where a webhook may go: public addresses over https only, decided on the very address that is then called.

OWASP's cheat sheet on server-side request forgery is the source of the refusals.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

from users.errors import Refused

PORTS = frozenset({443, 8443})
LONGEST = 500
HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")
# Public by their prefix, and yet a way into the inside: what they carry is an IPv4 address of anybody's choice.
CARRIERS = tuple(map(ip_network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "2001::/32", "2002::/16")))
GLOBAL_UNICAST = ip_network("2000::/3")
# Relays between the two kinds of address (RFC 7526).
RELAYS = ip_network("192.88.99.0/24")


class AddressRefused(Refused):
    """Nothing is sent to this address; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: what is asked for, and of whom."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def for_tests(self) -> bool:
        """True for a server that a test named in so many words; never outside of tests."""
        return settings.MODE == "test" and f"{self.host}:{self.port}" in settings.WEBHOOK_TEST_TARGETS


@dataclass(frozen=True, slots=True)
class Resolved:
    """The one address that will be called: family and what `socket.connect` takes."""

    family: int
    address: tuple[str, int]


def taken_apart(address: str) -> Target:
    """Return the parts of an address a webhook may have, or say in words what is wrong with it. Asks nobody."""
    if len(address) > LONGEST or not address.isascii() or re.search(r"[\s\x00-\x20\x7f\\]", address):
        raise AddressRefused(f"Write the address in plain characters without spaces, {LONGEST} at most.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("This is not a web address. Write it like https://example.com/hooks.") from error
    host = (parts.hostname or "").rstrip(".")
    target = Target(parts.scheme, host, port or 443, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
    if not host or not HOST.fullmatch(host):
        raise AddressRefused("This address names no host. Write it like https://example.com/hooks.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("Leave out the name and password before the host, and what follows a #.")
    if target.for_tests:
        return target
    if parts.scheme != "https":
        raise AddressRefused("The address must begin with https://. What we tell must not be read on its way.")
    if target.port not in PORTS:
        raise AddressRefused("Use port 443 or 8443; other ports belong to other services.")
    return target


def resolved(target: Target) -> Resolved:
    """Ask once who the host is, and return one address that may be called. Raises AddressRefused."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"Nobody knows a host named {target.host}. Check the spelling.") from error
    for *_, address in found:
        # One bad answer is enough: the name may point inside at the next call.
        reason = "" if target.for_tests else forbidden(str(address[0]))
        if reason:
            raise AddressRefused(f"{target.host} leads to {reason}. We call public addresses only.")
    family, _, _, _, address = found[0]
    return Resolved(family, (str(address[0]), int(address[1])))


def forbidden(text: str) -> str:
    """Return in words why this IP address is not called; "" when it is public."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return "no IP address"
    if isinstance(address, IPv6Address):
        return _forbidden_6(address)
    return _forbidden_4(address)


def _forbidden_4(address: IPv4Address) -> str:
    if address.is_loopback:
        return "this machine itself"
    if address.is_link_local:
        return "a link-local address, where clouds keep their secrets"
    if address.is_multicast or address in RELAYS:
        return "many machines at once"
    # Private, shared by a carrier (100.64.0.0/10), reserved, for documentation: whatever is not global.
    return "" if address.is_global else "a private or reserved address"


def _forbidden_6(address: IPv6Address) -> str:
    if address.is_loopback:
        return "this machine itself"
    if address.is_link_local:
        return "a link-local address"
    if address.is_multicast:
        return "many machines at once"
    if any(address in carrier for carrier in CARRIERS):
        return "an IPv4 address in disguise"
    return "" if address.is_global and address in GLOBAL_UNICAST else "a private or reserved address"
